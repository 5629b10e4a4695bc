namespace ControlPlane.Silo.Storage;

/// <summary>A file that its owner alone may read and write (mode 0600).</summary>
internal static class OwnerFile
{
    /// <summary>Puts a file in place whole: a reader sees the old content or the new one, never a part.</summary>
    /// <param name="path">The file. Its folder must be there: one that was taken away does not come back by a write.</param>
    /// <param name="content">All that the file holds from now on.</param>
    /// <param name="durably">Waits for the disk, so that the content outlives the host.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool durably)
    {
        var next = path + ".new";
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, how))
        {
            file.Write(content);
            file.Flush(flushToDisk: durably);
        }

        File.Move(next, path, overwrite: true);
    }
}
