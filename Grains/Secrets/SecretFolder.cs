using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Secrets;

/// <summary>A folder with one file a secret, as Docker, Kubernetes, Vault Agent and CSI drivers write it. Each read looks at the
/// contents: times and sizes stay the same in too many of the ways a file is replaced.</summary>
internal sealed partial class SecretFolder(string directory, ILogger logger)
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxFiles = 1024;
    private const int LongestName = 64;

    private HashSet<string> _unusable = new(StringComparer.Ordinal);
    private bool _missing;

    /// <summary>Files of the last read whose names no variable can have, such as those with an ending.</summary>
    public IReadOnlyList<string> Misnamed { get; private set; } = [];

    /// <summary>The values by name; empty when the folder cannot be read. What cannot be read is absent, and said once.</summary>
    public Dictionary<string, string> Read()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var unusable = new HashSet<string>(StringComparer.Ordinal);
        var misnamed = new List<string>();
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(directory).Take(MaxFiles))
            {
                var name = Path.GetFileName(path);
                if (!SecretName.IsValid(name))
                {
                    // Names with leading dots are of the writer's own making (..data of Kubernetes).
                    if (name.Length <= LongestName && char.IsAsciiLetterOrDigit(name[0]))
                        misnamed.Add(name);
                    continue;
                }

                if (!TryReadFile(path, out var text))
                    unusable.Add(name);
                else if (SecretText.TryTrim(text, out var value))
                    values[name] = value;
            }
            Report(unusable);
            Misnamed = misnamed;
            return values;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            if (!_missing)
                LogFolderUnreadable(logger, directory, e);
            _missing = true;
            return [];
        }
    }

    private void Report(HashSet<string> unusable)
    {
        if (_missing)
            LogFolderBack(logger, directory);
        _missing = false;
        foreach (var name in unusable.Where(name => !_unusable.Contains(name)))
            LogFileUnusable(logger, name, MaxBytes);
        _unusable = unusable;
    }

    /// <summary>Null text: nothing to read here (a folder, a pipe, an empty file). False: a file that should be readable and is not.</summary>
    private static bool TryReadFile(string path, out string? text)
    {
        text = null;
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            var info = new FileInfo(path);
            var file = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            // Pipes, sockets and devices have no length; opening one could block for good.
            if (Directory.Exists(file.FullName) || new FileInfo(file.FullName).Length == 0)
                return true;
            using var handle = File.OpenHandle(file.FullName, share: FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            for (int read; length <= MaxBytes && (read = RandomAccess.Read(handle, buffer.AsSpan(length, MaxBytes + 1 - length), length)) > 0;)
                length += read;
            if (length > MaxBytes)
                return false;
            text = SecretText.Decode(buffer.AsSpan(0, length));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(EventIds.SecretFolderUnreadable, LogLevel.Warning, "The secrets folder {Folder} cannot be read; its secrets are absent until it can")]
    private static partial void LogFolderUnreadable(ILogger logger, string folder, Exception exception);

    [LoggerMessage(EventIds.SecretFolderBack, LogLevel.Information, "The secrets folder {Folder} can be read again")]
    private static partial void LogFolderBack(ILogger logger, string folder);

    [LoggerMessage(EventIds.SecretFolderFileUnusable, LogLevel.Warning, "The secret file {Secret} is unreadable, larger than {MaxBytes} bytes or no UTF-8; it is absent")]
    private static partial void LogFileUnusable(ILogger logger, string secret, int maxBytes);
}
