package io.orderflow.examples.common;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What a person may have meant by an option or a program that there is not. */
final class Suggestions {
    private static final int MOST = 3;

    private Suggestions() {}

    /** A line that names what is near; empty when nothing is. */
    static Optional<String> of(CommandLine program, List<String> unmatched) {
        List<String> names = new ArrayList<>();
        for (String word : unmatched) {
            boolean option = word.startsWith("-");
            List<String> all = option
                    ? program.getCommandSpec().options().stream()
                            .map(OptionSpec::longestName)
                            .toList()
                    : List.copyOf(program.getSubcommands().keySet());
            near(option ? word.split("=")[0] : word, all).forEach(names::add);
        }
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(names.stream()
                        .distinct()
                        .limit(MOST)
                        .collect(Collectors.joining(" or ", "Did you mean ", "?")));
    }

    private static List<String> near(String word, List<String> names) {
        int most = Math.max(2, word.replace("-", "").length() / 3);
        return names.stream()
                .map(name -> Map.entry(name, name.startsWith(word) ? 0 : distance(word, name)))
                .filter(entry -> entry.getValue() <= most)
                .sorted(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many letters must be added, left out or changed to make one word of the other (Levenshtein). */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
