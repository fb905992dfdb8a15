package io.orderflow.examples.loadtest.resources;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Several processes that do the same work, as one: the sum of their figures. Used by one thread at a time. */
final class GroupProbe implements Probe {
    private final List<Probe> members;

    GroupProbe(List<Probe> members) {
        this.members = List.copyOf(members);
    }

    /** Empty as soon as one of them has ended: a sum without it would look like less work. */
    @Override
    public Optional<ResourceReading> read() {
        List<ResourceReading> readings = new ArrayList<>();
        for (Probe member : members) {
            member.read().ifPresent(readings::add);
        }
        return readings.size() == members.size() ? Optional.of(sum(readings)) : Optional.empty();
    }

    private static ResourceReading sum(List<ResourceReading> readings) {
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        values.putAll(readings.get(0).values());
        for (ResourceReading reading : readings.subList(1, readings.size())) {
            // what one of them does not tell, nobody knows of all
            values.keySet().retainAll(reading.values().keySet());
            values.replaceAll((figure, value) -> value + reading.values().get(figure));
        }
        return new ResourceReading(readings.get(0).nanos(), values);
    }

    @Override
    public String what() {
        return String.join(", ", members.stream().map(Probe::what).toList());
    }

    @Override
    public String whyMissing(Figure figure) {
        return members.get(0).whyMissing(figure);
    }
}
