using System.Collections.Immutable;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Silo.Storage.Kills;

/// <summary>Kills in a file of fixed size, there from the first start on. It is written once in full then, so that a disk that is full later still
/// takes a kill in place. Two slots take turns: a write that is cut off damages one, and a damaged one counts as an engaged kill.</summary>
internal sealed class KillSpoolFile(string path) : IKillSpoolFile, IDisposable
{
    public const string Name = "kills.spool";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly KillSpoolSlot s_form = KillSpoolSlot.Current;
    private readonly Lock _gate = new();
    private FileStream? _file;

    public string? Location => path;

    private long _number;

    /// <summary>True once the file was read to its end: else it is made anew instead of being written in place.</summary>
    private bool _sound;

    public ImmutableArray<SpooledKill> Read()
    {
        lock (_gate)
        {
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                Make([]);
                return [];
            }

            var kills = ReadSlots(Open(FileMode.Open), out var form);
            if (form != s_form) Make(kills);
            return kills;
        }
    }

    /// <remarks>Also over a file that can't be read: what is kept in memory then stands for what it may have held.</remarks>
    public void Write(IReadOnlyList<SpooledKill> kills)
    {
        lock (_gate)
        {
            if (!_sound || _file is null || !File.Exists(path)) Make(kills);
            else WriteSlot(_file, kills);
        }
    }

    public void Dispose() => _file?.Dispose();

    private ImmutableArray<SpooledKill> ReadSlots(FileStream file, out KillSpoolSlot form)
    {
        form = file.Length == 2 * KillSpoolSlot.First.Size ? KillSpoolSlot.First : s_form;
        if (file.Length != 2 * form.Size) throw new KillSpoolUnreadableException("The kill spool has not the length that it was made with.");
        (long Number, SpooledKill[] Kills)? newest = null;
        for (var index = 0; index < 2; index++)
        {
            var slot = new byte[form.Size];
            if (RandomAccess.Read(file.SafeFileHandle, slot, (long)index * form.Size) != form.Size) throw new KillSpoolUnreadableException("The kill spool could not be read to its end.");
            if (form.Read(slot) is { } read && (newest is null || read.Number > newest.Value.Number)) newest = read;
        }

        _number = newest?.Number ?? 0;
        if (newest is null && form == s_form) throw new KillSpoolUnreadableException("The kill spool is empty, which it never is once it was made.");
        _sound = true;
        return [.. newest?.Kills ?? []];
    }

    private void WriteSlot(FileStream file, IReadOnlyList<SpooledKill> kills)
    {
        RandomAccess.Write(file.SafeFileHandle, s_form.Write(_number + 1, kills), ((_number + 1) % 2) * s_form.Size);
        file.Flush(flushToDisk: true);
        _number++;
    }

    /// <summary>Makes the file anew, beside the one that is there, and puts it in its place.</summary>
    private void Make(IReadOnlyList<SpooledKill> kills)
    {
        OwnerFolder.Create(Path.GetDirectoryName(path)!);
        var fresh = path + ".new";
        _file?.Dispose();
        _file = null;
        var file = Open(FileMode.Create, fresh);
        RandomAccess.Write(file.SafeFileHandle, new byte[2 * s_form.Size], 0);
        WriteSlot(file, kills);
        File.Move(fresh, path, overwrite: true);
        _sound = true;
    }

    /// <summary>Held for this process alone, like the data directory.</summary>
    private FileStream Open(FileMode mode, string? other = null)
    {
        if (_file is not null) return _file;
        var how = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open) how.UnixCreateMode = OwnerFile;
        _file = new FileStream(other ?? path, how);
        return _file;
    }
}
