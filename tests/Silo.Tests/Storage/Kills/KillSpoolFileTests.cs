using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Kills;
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
            for (var i = 1; i <= 5; i++) file.Write([.. Enumerable.Range(0, i).Select(n => Kill($"b{n}", taken: n % 2 == 1))]);
        }

        using var next = new KillSpoolFile(FilePath);
        var kept = next.Read();
        Assert.Equal([("b0", false), ("b1", true), ("b2", false), ("b3", true), ("b4", false)], kept.Select(k => (k.Order.BotId!, k.Taken)));
        Assert.Equal(("stop \u2028 now", "operator", "opening"), (kept[0].Order.Reason, kept[0].Order.By.Role, kept[0].Order.CancelOpenOrders!));
        next.Write([]);
        Assert.Empty(next.Read());
    }

    [Fact]
    public void WhetherOrdersAreTakenBack_IsReadBack()
    {
        using (var file = new KillSpoolFile(FilePath))
        {
            file.Read();
            file.Write([Kill("b0", taken: true) with { Canceled = false }, Kill("b1", taken: true), Kill("b2") with { Canceled = false }]);
        }

        using var next = new KillSpoolFile(FilePath);
        Assert.Equal([false, true, false], next.Read().Select(k => k.Canceled));
    }

    [Fact]
    public void Read_NoFile_MakesOneForItsOwnerAloneThatNeverGrows()
    {
        using var file = new KillSpoolFile(FilePath);
        Assert.Empty(file.Read());
        var size = new FileInfo(FilePath).Length;
        for (var i = 0; i < 20; i++) file.Write([.. Enumerable.Range(0, i).Select(n => Kill($"b{n}"))]);
        Assert.Equal(size, new FileInfo(FilePath).Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Throws<IOException>(() => new KillSpoolFile(FilePath).Read());
        Assert.Equal([KillSpoolFile.Name], _root.GetFiles().Select(f => f.Name));
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("flip-older")]
    [InlineData("truncate")]
    [InlineData("empty")]
    [InlineData("zeros")]
    [InlineData("directory")]
    public void Read_Damaged_Throws(string how)
    {
        using (var file = new KillSpoolFile(FilePath))
        {
            file.Read();
            file.Write([Kill(null)]);
            file.Write([Kill(null), Kill("b")]);
        }

        var bytes = File.ReadAllBytes(FilePath);
        switch (how)
        {
            case "flip":
                bytes[bytes.Length / 2 + 100] ^= 4;
                break;
            case "flip-older":
                bytes[100] ^= 4;
                break;
            case "truncate":
                bytes = bytes[..^1];
                break;
            case "empty":
                bytes = [];
                break;
            case "zeros":
                bytes = new byte[bytes.Length];
                break;
            default:
                File.Delete(FilePath);
                Directory.CreateDirectory(FilePath);
                break;
        }

        if (how != "directory") File.WriteAllBytes(FilePath, bytes);
        using var next = new KillSpoolFile(FilePath);
        Assert.ThrowsAny<Exception>(() => next.Read());
        if (how == "directory")
        {
            Assert.ThrowsAny<Exception>(() => next.Write([Kill(null)]));
            return;
        }

        // What is written over it is read again.
        next.Write([Kill("c")]);
        Assert.Equal("c", Assert.Single(next.Read()).Order.BotId);
    }

    [Fact]
    public void Read_FormOfBefore_IsTakenOverAndWrittenAnew()
    {
        var old = new byte[2 * KillSpoolSlot.First.Size];
        KillSpoolSlot.First.Write(7, [Kill("old")]).CopyTo(old, KillSpoolSlot.First.Size);
        Assert.Equal("CPKILLS1", Encoding.ASCII.GetString(old, KillSpoolSlot.First.Size, 8));
        File.WriteAllBytes(FilePath, old);
        using (var file = new KillSpoolFile(FilePath)) Assert.Equal(("old", false), Assert.Single(file.Read().Select(k => (k.Order.BotId!, k.Taken))));
        Assert.Equal(2 * KillSpoolSlot.Current.Size, new FileInfo(FilePath).Length);
        using var next = new KillSpoolFile(FilePath);
        Assert.Equal("old", Assert.Single(next.Read()).Order.BotId);
    }

    [Fact]
    public void Read_FormOfBefore_NeverUsed_IsEmpty()
    {
        File.WriteAllBytes(FilePath, new byte[2 * KillSpoolSlot.First.Size]);
        using var file = new KillSpoolFile(FilePath);
        Assert.Empty(file.Read());
    }

    [Fact]
    public void Write_AThousandBots_HaveRoom_AndOfMoreTheFirstAreKept()
    {
        using var file = new KillSpoolFile(FilePath);
        file.Read();
        file.Write([Kill(null), .. Enumerable.Range(0, 1000).Select(n => Kill($"b{n}"))]);
        Assert.Equal(1001, file.Read().Length);
        file.Write([Kill(null), .. Enumerable.Range(0, 20_000).Select(n => Kill($"b{n}"))]);
        var kept = file.Read();
        Assert.Null(kept[0].Order.BotId);
        Assert.InRange(kept.Length, 1000, 19_999);
    }

    private static SpooledKill Kill(string? bot, bool taken = false) => new(
        new KillOrder(Guid.NewGuid(), bot, "stop \u2028 now", new Caller("operator", "operator", new string('a', 32)), DateTimeOffset.UnixEpoch) { CancelOpenOrders = "opening" }, taken);
}
