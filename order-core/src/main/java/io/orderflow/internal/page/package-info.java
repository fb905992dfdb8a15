/** The live page: what it reads once a second, who may look and act, and what it answers. */
package io.orderflow.internal.page;
