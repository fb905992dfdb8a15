package io.orderflow.examples.loadtest;

import io.orderflow.examples.common.GivenOnCommandLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Stack;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * A saved set of options: a properties file whose keys are options without the two dashes. They stand in for the
 * options' defaults, so that the command line overrides them wherever on it the profile stands.
 */
final class Profile implements IParameterPreprocessor {
    static final String OPTION = GivenOnCommandLine.PROFILE;
    private static final String SHIPPED = "seed";

    @Override
    public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
        if (!arguments.isEmpty()) {
            String name = arguments.peek();
            Properties values = load(command, name);
            for (String key : values.stringPropertyNames()) {
                if (key.equals(OPTION.substring(2)) || command.findOption("--" + key) == null) {
                    throw new ParameterException(
                            command.commandLine(), OPTION + " " + name + " has an option that cannot be in it: " + key);
                }
            }
            command.defaultValueProvider(defaults(values));
        }
        return false;
    }

    private static IDefaultValueProvider defaults(Properties values) {
        return argument -> {
            if (argument instanceof OptionSpec option) {
                for (String name : option.names()) {
                    String value = name.startsWith("--") ? values.getProperty(name.substring(2)) : null;
                    if (value != null) {
                        return value.strip();
                    }
                }
            }
            return null;
        };
    }

    private static Properties load(CommandSpec command, String name) {
        Properties values = new Properties();
        try (Reader reader = open(name)) {
            values.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), OPTION + " cannot be read: " + e, e);
        }
        return values;
    }

    private static Reader open(String name) throws IOException {
        if (!name.equals(SHIPPED)) {
            return Files.newBufferedReader(Path.of(name));
        }
        InputStream shipped = Profile.class.getResourceAsStream(SHIPPED + ".properties");
        if (shipped == null) {
            throw new IOException("the jar has no " + SHIPPED + ".properties");
        }
        return new InputStreamReader(shipped, StandardCharsets.UTF_8);
    }
}
