// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the configuration file: {@code node.id: 3}, or {@code node:} with {@code id: 3} below it. A
 * list stands for its items, separated by commas. Values are taken as they are written, so that
 * nothing is lost on the way through a number.
 */
final class YamlSource {
    private final Path file;
    private final YAMLParser parser;
    private final List<String> problems;
    private final List<GivenValue> given = new ArrayList<>();

    private YamlSource(Path file, YAMLParser parser, List<String> problems) {
        this.file = file;
        this.parser = parser;
        this.problems = problems;
    }

    static List<GivenValue> read(Path file, List<String> problems) {
        try (InputStream in = Files.newInputStream(file);
                YAMLParser parser = new YAMLFactory().createParser(in)) {
            YamlSource source = new YamlSource(file, parser, problems);
            source.readDocument();
            return source.given;
        } catch (NoSuchFileException e) {
            problems.add(file + " does not exist");
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            String reason = e.getOriginalMessage().lines().findFirst().orElse("");
            problems.add(file + " line " + line + " is not YAML: " + reason);
        } catch (IOException e) {
            problems.add(file + " cannot be read: " + e);
        }
        return List.of();
    }

    private void readDocument() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            problems.add(file + " holds no keys: expected lines such as 'node.id: 1'");
            return;
        }
        readMap("");
        if (parser.nextToken() != null) {
            problems.add(where() + ": a second document begins here, expected one");
        }
    }

    private void readMap(String prefix) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = prefix + parser.currentName();
            String where = where();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                readMap(key + ".");
            } else if (token == JsonToken.START_ARRAY) {
                given.add(new GivenValue(key, list(key), where));
            } else if (token != JsonToken.VALUE_NULL || !ConfigTable.isPrefix(key)) {
                given.add(new GivenValue(key, scalar(key, token), where));
            } // else a section of which every line is commented out
        }
    }

    private String list(String key) throws IOException {
        List<String> items = new ArrayList<>();
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            if (token.isScalarValue()) {
                items.add(scalar(key, token));
            } else {
                problems.add(where() + ": " + key + " holds a list of lists or maps");
                parser.skipChildren();
            }
            token = parser.nextToken();
        }
        return String.join(",", items);
    }

    private String scalar(String key, JsonToken token) throws IOException {
        if (parser.isCurrentAlias()) {
            problems.add(where() + ": " + key + " is an alias, which is not supported");
        }
        return token == JsonToken.VALUE_NULL ? "" : parser.getText().strip();
    }

    private String where() {
        return file + " line " + parser.currentTokenLocation().getLineNr();
    }
}
