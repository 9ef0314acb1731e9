// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another file system as it is, for those who change one thing of it. */
public abstract class ForwardingFileSystem implements FileSystem {
    private final FileSystem disk;

    protected ForwardingFileSystem(FileSystem disk) {
        this.disk = disk;
    }

    @Override
    public LogFile open(Path file, OpenMode mode) throws IOException {
        return disk.open(file, mode);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) throws IOException {
        return disk.isDirectory(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public long size(Path file) throws IOException {
        return disk.size(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return disk.totalBytes(path);
    }
}
