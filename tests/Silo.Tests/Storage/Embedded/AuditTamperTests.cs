using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Silo.Storage.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>The log on the real file, changed through another connection, as somebody with the disk can.</summary>
public sealed class AuditTamperTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string AnchorPath => Path.Combine(_fixture.Root, "elsewhere.anchor");

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("", null)]
    [InlineData("UPDATE audit_log SET target = 'system' WHERE sequence = 3", 3)]
    [InlineData("UPDATE audit_log SET at_ticks = at_ticks + 10 WHERE sequence = 3", 3)]
    [InlineData("DELETE FROM audit_log WHERE sequence = 3", 3)]
    [InlineData("UPDATE audit_log SET sequence = 99 WHERE sequence = 3; UPDATE audit_log SET sequence = 3 WHERE sequence = 4; UPDATE audit_log SET sequence = 4 WHERE sequence = 99", 3)]
    [InlineData("DELETE FROM audit_log WHERE sequence > 3", 4)]
    [InlineData("DELETE FROM audit_log", 1)]
    public async Task Check_AfterARestart_NamesTheFirstBrokenEntry(string tampering, int? broken)
    {
        await WriteAsync(5);
        if (tampering.Length > 0)
        {
            using var aside = SqliteAside.Open(_fixture.DatabasePath);
            aside.Execute(tampering);
        }

        var check = await CheckAsync();
        Assert.Equal((broken is null, broken), (check.Intact, (int?)check.FirstBroken));
    }

    [Fact]
    public async Task Check_WholeLogWrittenAnew_IsFoundAtTheFirstEntryThatDiffers()
    {
        await WriteAsync(5);
        using (var aside = SqliteAside.Open(_fixture.DatabasePath)) aside.Execute("DELETE FROM audit_log WHERE sequence >= 3");
        await WriteAsync(3, first: 3, action: "forged", anchor: false);
        var check = await CheckAsync();
        Assert.Equal((false, 3L), (check.Intact, check.FirstBroken));
        Assert.Contains("anchor", check.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anchor_GoneWithTheTail_OnlyAHashThatAPersonKeptTells()
    {
        var entries = await WriteAsync(5);
        using (var aside = SqliteAside.Open(_fixture.DatabasePath)) aside.Execute("DELETE FROM audit_log WHERE sequence > 3");
        File.Delete(AnchorPath);
        var anchor = Anchor();
        Assert.NotNull(anchor.Read().Problem);
        await using var store = await _fixture.OpenAsync();
        Assert.True((await AuditChain.CheckAsync(store.Audit, anchor.Read().Lines)).Intact);
        var check = await AuditChain.CheckAsync(store.Audit, [new(5, entries[4].Hash)]);
        Assert.Equal((false, 4L), (check.Intact, check.FirstBroken));
    }

    [Fact]
    public async Task Anchor_LastLineCutOff_TheRestCounts_AndAChangedLineIsTold()
    {
        await WriteAsync(3);
        using (var file = File.Open(AnchorPath, FileMode.Open)) file.SetLength(file.Length - 40);
        Assert.Equal((2, null), (Anchor().Read().Lines.Length, Anchor().Read().Problem));
        await WriteAsync(1, first: 4);
        Assert.Equal([1, 2, 4], Anchor().Read().Lines.Select(l => l.Sequence));
        await File.WriteAllTextAsync(AnchorPath, "not a line\n" + await File.ReadAllTextAsync(AnchorPath, Cancel), Cancel);
        Assert.NotNull(Anchor().Read().Problem);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(AnchorPath));
    }

    private AuditAnchorFile Anchor() => new(AnchorPath, NullLogger<AuditAnchorFile>.Instance);

    private async Task<AuditCheck> CheckAsync()
    {
        await using var store = await _fixture.OpenAsync();
        return await AuditChain.CheckAsync(store.Audit, Anchor().Read().Lines);
    }

    private async Task<List<AuditEntry>> WriteAsync(int count, int first = 1, string action = "bot.register", bool anchor = true)
    {
        await using var store = await _fixture.OpenAsync();
        var file = Anchor();
        var entries = new List<AuditEntry>();
        for (var sequence = first; sequence < first + count; sequence++)
        {
            var fact = new AuditFact(Sample.Noon.AddSeconds(sequence), new Caller("operator", "operator", new string('a', 32)), action, $"bot/b{sequence}", "done", ImmutableSortedDictionary<string, string>.Empty);
            var previous = (await store.Audit.HeadAsync(Cancel))?.Hash ?? AuditHash.Genesis;
            var entry = new AuditEntry(sequence, fact, previous, AuditHash.Compute(sequence, fact, previous));
            await store.Audit.AppendAsync(entry, Cancel);
            if (anchor) file.Keep(entry);
            entries.Add(entry);
        }

        _ = file.Read();
        return entries;
    }
}
