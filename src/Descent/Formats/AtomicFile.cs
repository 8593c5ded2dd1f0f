namespace Descent.Formats;

/// <summary>Writes a file so that its name only ever shows the old content or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a temporary file in the same folder, flushes it to the disk and renames it over the target.</summary>
    /// <remarks>When writing fails, the temporary file is removed and whatever stood at the path stays as it was.</remarks>
    public static void Write(string path, Action<FileStream> write)
    {
        path = Path.GetFullPath(path);
        var temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            // What the runtime makes of a file that outgrows a quota or the file system.
            Remove(temporary);
            throw new IOException($"{path} outgrows what the system allows for a file.", problem);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }
}
