package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Copies a directory with all that is in it, their times and permissions included. Links stay
 * links; those to a place in the directory lead to the same place in the copy. For one use.
 */
final class DirectoryCopy extends SimpleFileVisitor<Path> {
  private final Path from;
  private final Path to;
  private final Path place;
  private boolean empty = true;

  private DirectoryCopy(Path from, Path to, Path place) {
    this.from = from;
    this.to = to;
    this.place = place;
  }

  /**
   * Makes a copy; what is left of one that fails is the caller's.
   *
   * @param to where it is made; nothing is there
   * @param place where it will be
   * @return whether there is nothing in it
   */
  static boolean make(Path from, Path to, Path place) throws IOException {
    DirectoryCopy copy = new DirectoryCopy(from, to, place);
    Files.walkFileTree(from, copy);
    return copy.empty;
  }

  private Path copied(Path file) {
    return to.resolve(from.relativize(file));
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    empty &= directory.equals(from);
    Files.createDirectory(copied(directory));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    empty = false;
    if (attributes.isSymbolicLink()) {
      Path target = Files.readSymbolicLink(file);
      Files.createSymbolicLink(
          copied(file), target.startsWith(from) ? place.resolve(from.relativize(target)) : target);
    } else {
      Files.copy(file, copied(file), StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, IOException failure)
      throws IOException {
    if (failure != null) {
      throw failure;
    }
    // Last, since it may forbid to write.
    Path copied = copied(directory);
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    if (view != null) {
      PosixFileAttributes attributes = view.readAttributes();
      Files.setPosixFilePermissions(copied, attributes.permissions());
    }
    Files.setLastModifiedTime(copied, Files.getLastModifiedTime(directory));
    return FileVisitResult.CONTINUE;
  }
}
