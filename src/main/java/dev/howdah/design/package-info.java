/** Design documents: read, checked for form, and kept with the position of every part. */
package dev.howdah.design;
