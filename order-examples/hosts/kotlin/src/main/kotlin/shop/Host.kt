package shop

import com.zaxxer.hikari.HikariConfig
import com.zaxxer.hikari.HikariDataSource
import io.orderflow.OrderListener
import io.orderflow.OrderProcessor
import io.orderflow.OrderRequest
import io.orderflow.PlaceResult
import io.orderflow.SubmitResult
import io.orderflow.WorkerConfig
import java.time.Duration
import kotlin.jvm.optionals.getOrNull

private const val IN_MEMORY =
    "jdbc:h2:mem:shop;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"

/** Submits one order, places another in a transaction, and prints what became of them. */
fun main() {
    val settings = HikariConfig().apply {
        jdbcUrl = IN_MEMORY
        username = "sa"
    }
    // sample: begin
    HikariDataSource(settings).use { pool ->
        val thanks = object : OrderListener {
            override fun decided(decisions: List<OrderListener.Decision>) {
                decisions.forEach { println("decided: ${it.status} ${it.total}") }
            }
        }
        OrderProcessor.builder(pool).createTables(true).listener(thanks).build().start().use { orders ->
            orders.workers(WorkerConfig.defaults()).start()
            orders.inventory().define(1, 250, 10, "product-1")
            orders.wallets().open(7, 5_000, "wallet-7")
            val result = orders.submit(OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build())
            val answer = when (result) { // sealed: the compiler knows whether all are there
                is SubmitResult.Accepted, is SubmitResult.Duplicate -> "thank you"
                is SubmitResult.Conflict -> "another order has this key"
                is SubmitResult.Overloaded, is SubmitResult.Unavailable -> "again in ${result.retryAfter().toSeconds()} s"
                is SubmitResult.Unknown -> "send it again with the same key"
            }
            println(answer)
            val order = orders.await(result.orderId(), Duration.ofMinutes(1)).getOrNull()
            println("${result.outcome()}, then ${order?.status()}, total ${order?.total()}")
            val placed = placed(pool, orders, OrderRequest.of(7).line(1, 2).idempotencyKey("cart-78").build())
            val other = orders.await(placed.orderId(), Duration.ofMinutes(1)).getOrNull()
            println("placed, then ${other?.status()}, total ${other?.total()}")
        }
    }
    // sample: end
}

/** An order in a transaction of the host's own. */
fun placed(pool: HikariDataSource, orders: OrderProcessor, request: OrderRequest): PlaceResult =
    pool.connection.use { connection ->
        connection.autoCommit = false
        orders.place(connection, request).also { connection.commit() }
    }.also { orders.afterCommit() }
