using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Whether the database's file is the one that was opened. SQLite goes on writing to a file that was deleted, and over one that was put in
/// its place. In WAL mode only a checkpoint changes the file, and only this process makes one: any other change is somebody else's.</summary>
internal sealed class StoreFileGuard(string path)
{
    private StoreFileSignature? _expected;
    private volatile string? _evidence;

    /// <summary>What shows that the file is another one; null when nothing does.</summary>
    public string? Evidence => _evidence;

    /// <exception cref="StoreReplacedException">It is another file, or somebody else has written to it.</exception>
    public void Check()
    {
        if (_evidence is null && _expected is { } expected && Difference(expected, StoreFileSignature.Of(path)) is { } difference) _evidence = difference;
        if (_evidence is { } evidence) throw new StoreReplacedException(evidence);
    }

    /// <summary>Takes the file as it is now: it was opened, or this process has just written to it.</summary>
    public void Settle() => _expected = StoreFileSignature.Of(path);

    /// <summary>Another file is about to be opened.</summary>
    public void Forget() => (_expected, _evidence) = (null, null);

    private static string? Difference(StoreFileSignature expected, StoreFileSignature? found) =>
        found is null ? "The database's file was deleted or moved away."
        : found.Value.Inode != expected.Inode ? "The database's file is not the one that was opened."
        : found.Value.Length < expected.Length ? "The database's file was emptied or cut off."
        : found != expected ? "The database's file was overwritten by another program."
        : null;
}
