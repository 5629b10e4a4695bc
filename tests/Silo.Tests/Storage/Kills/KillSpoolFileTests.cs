using ControlPlane.Abstractions;
using ControlPlane.Silo.Storage.Kills;

namespace ControlPlane.Silo.Tests.Storage.Kills;

public sealed class KillSpoolFileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("spool-");

    private string FilePath => Path.Combine(_root.FullName, KillSpoolFile.Name);

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Write_ThenAnotherProcess_ReadsTheLastWord()
    {
        using (var file = new KillSpoolFile(FilePath))
        {
            Assert.Empty(file.Read());
            for (var i = 1; i <= 5; i++) file.Write([.. Enumerable.Range(0, i).Select(n => Order($"b{n}"))]);
        }

        using var next = new KillSpoolFile(FilePath);
        Assert.Equal(["b0", "b1", "b2", "b3", "b4"], next.Read().Select(k => k.BotId));
        next.Write([]);
        Assert.Empty(next.Read());
    }

    [Fact]
    public void Write_CutOff_LeavesTheOneBefore()
    {
        using (var file = new KillSpoolFile(FilePath))
        {
            file.Write([Order("first")]);
            file.Write([Order("second")]);
        }

        // The second word stands in the first slot; half of its text is lost.
        using (var raw = File.OpenWrite(FilePath))
        {
            raw.Position = 100;
            raw.Write(new byte[200]);
        }

        using var next = new KillSpoolFile(FilePath);
        Assert.Equal("first", Assert.Single(next.Read()).BotId);
        next.Write([Order("third")]);
        Assert.Equal("third", Assert.Single(next.Read()).BotId);
    }

    [Fact]
    public void Write_MoreThanHasRoom_KeepsTheFirst()
    {
        using var file = new KillSpoolFile(FilePath);
        file.Write([Order(null), .. Enumerable.Range(0, 2000).Select(n => Order($"b{n}"))]);
        var kept = file.Read();
        Assert.Null(kept[0].BotId);
        Assert.InRange(kept.Length, 20, 1999);
    }

    [Fact]
    public void File_IsItsOwnersAlone_AndNeverGrows()
    {
        using var file = new KillSpoolFile(FilePath);
        file.Write([Order(null)]);
        var size = new FileInfo(FilePath).Length;
        for (var i = 0; i < 20; i++) file.Write([.. Enumerable.Range(0, i).Select(n => Order($"b{n}"))]);
        Assert.Equal(size, new FileInfo(FilePath).Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Throws<IOException>(() => new KillSpoolFile(FilePath).Read());
    }

    private static KillOrder Order(string? bot) =>
        new(Guid.NewGuid(), bot, "stop \u2028 now", new Caller("operator", "operator", new string('a', 32)), DateTimeOffset.UnixEpoch);
}
