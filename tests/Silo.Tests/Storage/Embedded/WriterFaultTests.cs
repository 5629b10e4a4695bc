using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class WriterFaultTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task OneCallFails_OthersOfItsGroup_AreCommitted()
    {
        await using var store = await OpenAsync();
        using var held = await store.HoldWriterAsync();

        var good = store.Audit.AppendAsync(Sample.Audit(1), Cancel);
        var conflict = store.Audit.AppendAsync(Sample.Audit(1), Cancel);
        var throwing = store.Database.WriteAsync<int>(WriteLane.Control, 1, WriteThenThrow, Cancel);
        var alsoGood = store.Audit.AppendAsync(Sample.Audit(2), Cancel);
        held.Dispose();

        await Task.WhenAll(good, alsoGood);
        await Assert.ThrowsAsync<StoreConflictException>(() => conflict);
        await Assert.ThrowsAsync<FormatException>(() => throwing);
        Assert.Equal([1, 2], (await store.Audit.ReadForwardAsync(0, 10, Cancel)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task OneCallTakesTheTransactionDown_OthersOfItsGroup_AreCommitted()
    {
        await using var store = await OpenAsync();
        using var held = await store.HoldWriterAsync();

        var good = store.Audit.AppendAsync(Sample.Audit(1), Cancel);
        var fatal = store.Database.WriteAsync<int>(WriteLane.Control, 1, RollBackThenThrow, Cancel);
        var alsoGood = store.Audit.AppendAsync(Sample.Audit(2), Cancel);
        held.Dispose();

        await Task.WhenAll(good, alsoGood);
        await Assert.ThrowsAsync<FormatException>(() => fatal);
        Assert.Equal([1, 2], (await store.Audit.ReadForwardAsync(0, 10, Cancel)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task Acknowledged_MeansVisibleToEveryOtherConnection()
    {
        await using var store = await OpenAsync();
        using var aside = SqliteAside.Open(_fixture.DatabasePath);

        for (var i = 1; i <= 50; i++)
        {
            await store.Usage.AppendAsync([Sample.Event()], Cancel);
            Assert.Equal(i, aside.Scalar("SELECT COUNT(*) FROM integration_usage_events"));
        }
    }

    [Fact]
    public async Task DiskFull_AppendIsRefusedWhole_AndWorksAgainWithSpace()
    {
        await using var store = await OpenAsync();
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
        await store.LimitPagesAsync(Pages("page_count") + 4);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync(Sample.Events(5_000), Cancel));

        Assert.Equal("The embedded store has no space left to write.", refused.Message);
        Assert.Equal((1, 1), await CountAsync(store));
        await store.LimitPagesAsync(1_000_000);
        await store.Usage.AppendAsync(Sample.Events(5_000), Cancel);
        Assert.Equal((5_001, 5_001), await CountAsync(store));
    }

    [Fact]
    public async Task DiskFull_SmallNeighbourInTheSameGroup_IsCommitted()
    {
        await using var store = await OpenAsync();
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
        await store.LimitPagesAsync(Pages("page_count") + 4);
        using var held = await store.HoldWriterAsync();

        var large = store.Usage.AppendAsync(Sample.Events(5_000), Cancel);
        var small = store.Usage.AppendAsync([Sample.Event()], Cancel);
        held.Dispose();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => large);
        Assert.Equal([true], (await small).Written);
        Assert.Equal((2, 2), await CountAsync(store));
    }

    [Fact]
    public async Task ReadOnly_WritesAndProbeAreRefused_ReadsGoOn()
    {
        await using var store = await OpenAsync();
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
        await store.Database.WriteAsync(WriteLane.Control, 1, s => s.Scalar("PRAGMA query_only = ON"), Cancel);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Probe.ProbeAsync(Cancel));

        Assert.Equal("The embedded store is read-only.", refused.Message);
        Assert.Equal((1, 1), await CountAsync(store));
    }

    [Fact]
    public async Task LockHeldByOtherProgram_WritesAreRefusedAfterBoundedRetries_ReadsGoOn()
    {
        await using var store = await OpenAsync(lockWait: TimeSpan.FromMilliseconds(50));
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
        var held = HoldLock();

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync([Sample.Event()], Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Probe.ProbeAsync(Cancel));

        Assert.Equal("The embedded store is locked by another program.", refused.Message);
        Assert.Equal((1, 1), await CountAsync(store));
        held.Dispose();
        await store.Probe.ProbeAsync(Cancel);
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
        Assert.Equal((2, 2), await CountAsync(store));
    }

    [Fact]
    public async Task FileGone_NewConnection_IsRefusedInsteadOfStartingEmpty()
    {
        await using var store = await OpenAsync();
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
        File.Delete(_fixture.DatabasePath);

        // The guard of the file notices it before anything is written.
        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => store.Database.WriteAsync<int>(WriteLane.Control, 1, RollBackThenThrow, Cancel));

        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => store.Usage.AppendAsync([Sample.Event()], Cancel));
        Assert.False(File.Exists(_fixture.DatabasePath));
    }

    [Fact]
    public async Task Messages_OfEveryRefusal_HoldNoSqlAndNoValues()
    {
        await using var store = await OpenAsync();

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.Database.WriteAsync(WriteLane.Control, 1, s => s.Prepare("SELECT planted FROM nowhere").Run(), Cancel));

        Assert.Equal("The embedded store could not carry out the operation.", refused.Message);
        Assert.DoesNotContain("nowhere", refused.ToString());
    }

    [Fact]
    public async Task Read_Cancelled_StopsTheRunningStatement()
    {
        await using var store = await OpenAsync();
        using var cancel = new CancellationTokenSource();
        var running = new TaskCompletionSource();

        var read = store.Database.ReadAsync(
            session =>
            {
                running.SetResult();
                return session.Scalar("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n");
            },
            cancel.Token);
        await running.Task;

        // A real wait: an interrupt before the statement begins would be lost, and nothing tells when it has begun.
        await Task.Delay(100, Cancel);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal((0, 0), await CountAsync(store));
    }

    private static int WriteThenThrow(SqliteSession session)
    {
        session.Execute("DELETE FROM audit_log");
        throw new FormatException();
    }

    private static int RollBackThenThrow(SqliteSession session)
    {
        session.Execute("ROLLBACK");
        throw new FormatException();
    }

    private SqliteAside HoldLock()
    {
        var aside = SqliteAside.Open(_fixture.DatabasePath);
        aside.Execute("BEGIN IMMEDIATE");
        return aside;
    }

    private async Task<EmbeddedStore> OpenAsync(TimeSpan? lockWait = null) => await EmbeddedStoreFixture.OpenAsync(
        new() { DataDirectory = _fixture.DataDirectory, LockWait = lockWait ?? TimeSpan.FromSeconds(2) });

    private long Pages(string pragma)
    {
        using var aside = SqliteAside.Open(_fixture.DatabasePath);
        return aside.Scalar($"PRAGMA {pragma}");
    }

    private static async Task<(int Rows, int Counted)> CountAsync(EmbeddedStore store)
    {
        var rows = await store.Database.ReadAsync(s => s.Scalar("SELECT COUNT(*) FROM integration_usage_events"), Cancel);
        var window = await store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancel);
        return ((int)rows!, window.Seconds.Sum(s => s.Calls));
    }
}
