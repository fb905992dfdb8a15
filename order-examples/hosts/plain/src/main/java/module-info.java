/** A host application that names the library as a module. */
module shop.host {
    requires com.zaxxer.hikari;
    requires io.orderflow.core;
    // Jdbi works with it and has no module-info that could say so.
    requires io.leangen.geantyref;
}
