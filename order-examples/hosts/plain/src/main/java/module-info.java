/** A host application that names the library as a module. */
module shop.host {
    requires io.orderflow.core;
}
