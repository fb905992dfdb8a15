package io.orderflow.testkit.queue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueChecks;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A queue for the processes of one machine: a folder with one file for each message, {@code key.deliveries.until}. The
 * name is all there is to know of a message: how often it was delivered, and until when it is held, in milliseconds
 * since 1970. Who renames the file takes the message, and the file system lets only one of several do that; a name that
 * is gone is a lease that was lost. A worked example of an adapter, explained in the description of
 * {@code io.orderflow.queue}.
 */
final class FolderQueue implements OrderQueue {
    private static final int LARGEST = 256 * 1024;
    private static final Duration LONGEST_LEASE = Duration.ofHours(1);
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final Path folder;
    private volatile boolean closed;

    FolderQueue(Path folder) {
        this.folder = folder;
    }

    /** A message's file; {@code until} is 0 when nobody holds it. */
    private record Name(String key, int deliveries, long until) {
        static Name of(Path file) {
            String[] parts = file.getFileName().toString().split("\\.");
            return new Name(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
        }

        @Override
        public String toString() {
            return key + "." + deliveries + "." + until;
        }
    }

    @Override
    public String name() {
        return "folder:" + folder.getFileName();
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) {
        QueueChecks.requirePublishable(message, timeout, LARGEST);
        if (closed) {
            return PublishResult.refused(name() + " is closed");
        }
        String key = String.format("%013d-%s", System.currentTimeMillis(), UUID.randomUUID());
        Path draft = folder.resolve(key + ".draft");
        try {
            Files.createDirectories(folder);
            try (FileOutputStream file = new FileOutputStream(draft.toFile())) {
                file.write(message);
                file.getFD().sync();
            }
        } catch (IOException e) {
            return PublishResult.refused(name() + " has no message, a draft is none: " + e); // Q2: certainly not stored
        }
        try {
            Files.move(draft, folder.resolve(new Name(key, 0, 0).toString()), StandardCopyOption.ATOMIC_MOVE);
            return PublishResult.done(); // Q2: from its name on, it is there
        } catch (IOException e) {
            return PublishResult.unknown(
                    name() + " may have the message: " + e); // Q2: it may have its name all the same
        }
    }

    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        QueueChecks.requireLease(lease, LONGEST_LEASE); // Q6: a mistake, at the door
        check();
        return new FolderConsumer(lease.toMillis());
    }

    @Override
    public OptionalLong depth() {
        try {
            return OptionalLong.of(names().size());
        } catch (QueueException away) {
            return OptionalLong.empty();
        }
    }

    @Override
    public Durability durability() {
        return new Durability(Durability.Level.DURABLE, "a message is forced to disk before it has its name");
    }

    @Override
    public int largestMessage() {
        return LARGEST;
    }

    @Override
    public void check() throws QueueException {
        names();
    }

    @Override
    public void close() {
        closed = true; // Q13: receive looks at it after each short sleep
    }

    private List<Name> names() throws QueueException {
        if (closed) {
            throw new QueueException(name() + " is closed");
        }
        try {
            Files.createDirectories(folder); // Q1: not when the object was made
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> !file.toString().endsWith(".draft"))
                        .sorted()
                        .map(Name::of)
                        .toList();
            }
        } catch (IOException e) {
            throw new QueueException(name() + " cannot be listed", e);
        }
    }

    /** A message and the name that this consumer gave it, for as long as it has that name. */
    private record FolderDelivery(byte[] body, int deliveriesBefore, AtomicReference<Name> name) implements Delivery {
        static Name nameOf(Delivery delivery) {
            return ((FolderDelivery) delivery).name.get();
        }
    }

    private final class FolderConsumer implements QueueConsumer {
        private final long leaseMillis;
        private final Set<Delivery> held = new LinkedHashSet<>();

        FolderConsumer(long leaseMillis) {
            this.leaseMillis = leaseMillis;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            QueueChecks.requireReceivable(max, wait);
            long start = System.nanoTime();
            List<Delivery> taken = take(max);
            while (taken.isEmpty() && wait.compareTo(Duration.ofNanos(System.nanoTime() - start)) > 0) {
                Thread.sleep(LOOK_AGAIN_MILLIS);
                taken = take(max);
            }
            return taken;
        }

        private List<Delivery> take(int max) throws QueueException {
            List<Delivery> taken = new ArrayList<>();
            for (Name name : names()) {
                long now = System.currentTimeMillis();
                if (taken.size() < max && name.until() <= now) { // Q6: nobody's, or its lease ended
                    take(name, new Name(name.key(), name.deliveries() + 1, now + leaseMillis), taken);
                }
            }
            held.addAll(taken);
            return taken;
        }

        private void take(Name old, Name mine, List<Delivery> taken) throws QueueException {
            try {
                if (rename(old, mine)) {
                    byte[] body = Files.readAllBytes(folder.resolve(mine.toString()));
                    taken.add(new FolderDelivery(body, old.deliveries(), new AtomicReference<>(mine)));
                }
            } catch (IOException e) {
                throw new QueueException(name() + " has a message that cannot be read: " + mine, e);
            }
        }

        /** Whether the message had its old name, which nobody else can have changed then. */
        private boolean rename(Name old, Name changed) throws QueueException {
            try {
                Path from = folder.resolve(old.toString());
                Files.move(from, folder.resolve(changed.toString()), StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (NoSuchFileException lost) {
                return false;
            } catch (IOException e) {
                throw new QueueException(name() + " cannot rename " + old, e);
            }
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            for (Delivery delivery : deliveries) {
                Name name = FolderDelivery.nameOf(delivery);
                try {
                    Files.deleteIfExists(folder.resolve(name.toString())); // Q7: under another name it is another's
                } catch (IOException e) {
                    throw new QueueException(name() + " cannot delete " + name, e);
                }
                held.remove(delivery);
            }
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            for (Delivery delivery : deliveries) {
                Name name = FolderDelivery.nameOf(delivery);
                rename(name, new Name(name.key(), name.deliveries(), 0));
                held.remove(delivery);
            }
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            List<Delivery> kept = new ArrayList<>();
            for (Delivery delivery : deliveries) {
                Name name = FolderDelivery.nameOf(delivery);
                Name longer = new Name(name.key(), name.deliveries(), System.currentTimeMillis() + leaseMillis);
                if (rename(name, longer)) {
                    ((FolderDelivery) delivery).name.set(longer);
                    kept.add(delivery);
                }
            }
            return kept;
        }

        @Override
        public void close() {
            try {
                release(List.copyOf(held));
            } catch (QueueException leaveItToTheLease) {
                held.clear();
            }
        }
    }
}
