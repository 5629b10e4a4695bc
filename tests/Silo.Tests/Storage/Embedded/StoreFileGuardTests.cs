using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>A database file that is not the one that was opened, on a real disk: nothing is acknowledged any more until it is accepted.</summary>
public sealed class StoreFileGuardTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static TheoryData<string> Replacements => ["deleted", "moved away", "emptied", "another inode", "overwritten in place"];

    [Theory]
    [MemberData(nameof(Replacements))]
    public async Task File_ReplacedUnderTheStore_NothingIsAcknowledgedUntilItIsAccepted(string how)
    {
        var path = _fixture.DatabasePath;
        await using (var before = await _fixture.OpenAsync()) await before.Audit.AppendAsync(Sample.Audit(1), Cancel);
        File.Copy(path, path + ".backup");
        await using var store = (EmbeddedStore)await _fixture.OpenAsync();
        await store.Audit.AppendAsync(Sample.Audit(2), Cancel);
        switch (how)
        {
            case "deleted": File.Delete(path); break;
            case "moved away": File.Move(path, path + ".away"); break;
            case "emptied": File.WriteAllBytes(path, []); break;
            case "another inode": File.Move(path + ".backup", path, overwrite: true); break;
            default: File.WriteAllBytes(path, await File.ReadAllBytesAsync(path + ".backup", Cancel)); break;
        }

        await Assert.ThrowsAsync<StoreReplacedException>(() => store.Audit.AppendAsync(Sample.Audit(3), Cancel));
        await Assert.ThrowsAsync<StoreReplacedException>(() => store.Audit.HeadAsync(Cancel));
        Assert.NotNull(store.Database.Replaced);

        await store.Database.ReopenAsync();
        Assert.Null(store.Database.Replaced);
        Assert.Equal(how is "another inode" or "overwritten in place" ? 1 : null, (await store.Audit.HeadAsync(Cancel))?.Sequence);
        await store.Audit.AppendAsync(Sample.Audit(4), Cancel);
        Assert.Equal(4, (await store.Audit.HeadAsync(Cancel))?.Sequence);
    }

    [Fact]
    public async Task File_ChangedByOwnCheckpoints_IsStillTheOneThatWasOpened()
    {
        await using var store = (EmbeddedStore)await _fixture.OpenAsync();
        var before = StoreFileSignature.Of(_fixture.DatabasePath);
        for (var i = 0; i < 40; i++)
        {
            var text = new string('x', 1_000_000);
            await store.Database.WriteAsync(WriteLane.Control, 1, s => s.Prepare("INSERT INTO orleans_storage (state_name, grain_id, version, payload) VALUES (?, ?, 1, ?)").With("t").With($"g{i}").With(System.Text.Encoding.ASCII.GetBytes(text)).Run(), Cancel);
        }

        Assert.NotEqual(before, StoreFileSignature.Of(_fixture.DatabasePath));
        await store.Probe.ProbeAsync(Cancel);
        Assert.Null(store.Database.Replaced);
    }

    [Fact]
    public async Task Restart_OfASoundStore_OpensIt()
    {
        await using (var store = await _fixture.OpenAsync()) await store.Audit.AppendAsync(Sample.Audit(1), Cancel);
        await using var again = (EmbeddedStore)await _fixture.OpenAsync();
        await again.Probe.ProbeAsync(Cancel);
        Assert.Equal(1, (await again.Audit.HeadAsync(Cancel))?.Sequence);
    }
}
