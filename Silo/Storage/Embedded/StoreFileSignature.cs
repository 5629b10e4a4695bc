using System.Runtime.InteropServices;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>What tells one file, and one state of it, from another.</summary>
/// <param name="Inode">0 where the system has none.</param>
internal readonly partial record struct StoreFileSignature(ulong Inode, long Length, long ModifiedTicks)
{
    /// <summary>Null when there is no such file.</summary>
    public static StoreFileSignature? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(InodeOf(path), file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }

    private static ulong InodeOf(string path)
    {
        if (OperatingSystem.IsWindows()) return 0;
        try
        {
            // st_ino lies at the ninth byte on 64-bit Linux and on macOS.
            Span<byte> status = stackalloc byte[256];
            return stat(path, status) == 0 ? BitConverter.ToUInt64(status[8..16]) : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int stat(string path, Span<byte> status);
}
