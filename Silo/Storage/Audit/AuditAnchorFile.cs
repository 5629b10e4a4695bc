using System.Globalization;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Audit;

/// <summary>The anchor as a file that is only appended to, one line an entry: sequence, hash, time. Best kept on another disk, or shipped away.</summary>
internal sealed partial class AuditAnchorFile(string path, ILogger<AuditAnchorFile> logger) : IAuditAnchor
{
    public const string Key = "ControlPlane:Audit:AnchorFile";
    public const string DefaultName = "audit.anchor";
    private const int TailBytes = 1024;
    private readonly Lock _gate = new();
    private Task _writing = Task.CompletedTask;

    public AnchorReading Read()
    {
        lock (_gate)
        {
            if (!_writing.Wait(TimeSpan.FromSeconds(2))) return new([], "The anchor file does not take what is written.");
        }

        if (!File.Exists(path)) return new([], "The anchor file does not exist yet, or was taken away.");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.ASCII);
        var lines = new List<AnchorLine>();
        string? problem = null;
        while (reader.ReadLine() is { } text)
        {
            if (Parse(text) is { } line) lines.Add(line);

            // A write that was cut off leaves a part of the last line.
            else if (!reader.EndOfStream) problem = "A line of the anchor file is not readable: somebody changed it.";
        }

        return new([.. lines], problem);
    }

    public AnchorLine? Last()
    {
        if (!File.Exists(path)) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.ASCII);

        // The first line may be a part of one, and so may the last.
        return reader.ReadToEnd().Split('\n').Select(Parse).LastOrDefault(line => line is not null);
    }

    public void Keep(AuditEntry entry)
    {
        lock (_gate)
        {
            _writing = _writing.ContinueWith(_ => Append(entry), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Append(AuditEntry entry)
    {
        try
        {
            OwnerFolder.Create(Path.GetDirectoryName(path)!);
            var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, how);
            var torn = EndsTorn(file);
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.ASCII.GetBytes($"{(torn ? "\n" : "")}{entry.Sequence.ToString(CultureInfo.InvariantCulture)} {entry.Hash} {entry.Fact.At:yyyy-MM-ddTHH:mm:ss.ffffffZ}\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e)
        {
            LogNotKept(logger, entry.Sequence, e);
        }
    }

    private static bool EndsTorn(FileStream file)
    {
        if (file.Length == 0) return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static AnchorLine? Parse(string text) =>
        text.Split(' ') is [var sequence, { Length: 64 } hash, _] && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(number, hash)
            : null;

    [LoggerMessage(EventIds.AuditAnchorFileNotKept, LogLevel.Error, "Audit entry {Sequence} is not in the anchor file.")]
    private static partial void LogNotKept(ILogger logger, long sequence, Exception exception);
}
