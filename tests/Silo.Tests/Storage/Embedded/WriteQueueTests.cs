using System.Collections.Concurrent;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class WriteQueueTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Full_AppendIsRefusedAsBusy_WhatWasTakenIsWritten()
    {
        await using var store = await OpenAsync(capacity: 4);
        using var held = await store.HoldWriterAsync();
        var taken = Enumerable.Range(0, 4).Select(_ => store.Usage.AppendAsync([Sample.Event()], Cancel)).ToList();

        await Assert.ThrowsAsync<StoreBusyException>(() => store.Usage.AppendAsync([Sample.Event()], Cancel));
        held.Dispose();

        await Task.WhenAll(taken);
        Assert.Equal(4, (await store.Usage.PageAsync("polygon", 10, null, Cancel)).Items.Length);
        await store.Usage.AppendAsync([Sample.Event()], Cancel);
    }

    [Fact]
    public async Task Full_CallOfManyRows_CountsAsManyAndStillFitsAnEmptyQueue()
    {
        await using var store = await OpenAsync(capacity: 4);
        using var held = await store.HoldWriterAsync();
        var large = store.Usage.AppendAsync(Sample.Events(10_000), Cancel);

        await Assert.ThrowsAsync<StoreBusyException>(() => store.Usage.AppendAsync([Sample.Event()], Cancel));
        held.Dispose();

        Assert.Equal(10_000, (await large).Written.Length);
    }

    [Fact]
    public async Task Control_QueuedAfterBulk_IsWrittenFirst()
    {
        await using var store = await OpenAsync(capacity: 100);
        using var held = await store.HoldWriterAsync();
        var order = new ConcurrentQueue<WriteLane>();
        var bulk = Enumerable.Range(0, 10).Select(_ => Note(store, WriteLane.Bulk, order)).ToList();
        var control = Note(store, WriteLane.Control, order);
        held.Dispose();

        await Task.WhenAll([.. bulk, control]);

        Assert.Equal(WriteLane.Control, order.First());
    }

    [Fact]
    public async Task Control_WhileBulkIsFull_IsTaken()
    {
        await using var store = await OpenAsync(capacity: 1);
        using var held = await store.HoldWriterAsync();
        var bulk = store.Usage.AppendAsync([Sample.Event()], Cancel);
        var audit = store.Audit.AppendAsync(Sample.Audit(1), Cancel);
        held.Dispose();

        await Task.WhenAll(bulk, audit);
    }

    [Fact]
    public async Task Cancelled_WhileQueued_IsNotWritten()
    {
        await using var store = await OpenAsync(capacity: 100);
        using var held = await store.HoldWriterAsync();
        using var cancel = new CancellationTokenSource();
        var append = store.Usage.AppendAsync([Sample.Event()], cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        held.Dispose();
        await store.Usage.AppendAsync([Sample.Event(provider: "databento")], Cancel);

        Assert.Empty((await store.Usage.PageAsync("polygon", 10, null, Cancel)).Items);
    }

    [Fact]
    public async Task Waiting_MoreCallsThanAGroupHolds_AreAllWrittenInFewCommits()
    {
        await using var store = await OpenAsync(capacity: 1_000);
        using var held = await store.HoldWriterAsync();
        var before = store.Database.Commits;
        var calls = Enumerable.Range(0, 600).Select(_ => store.Usage.AppendAsync([Sample.Event()], Cancel)).ToList();
        held.Dispose();

        await Task.WhenAll(calls);

        // The group that held the writer, then 256, 256 and 88 calls.
        Assert.Equal(4, store.Database.Commits - before);
    }

    private static Task<int> Note(EmbeddedStore store, WriteLane lane, ConcurrentQueue<WriteLane> order) => store.Database.WriteAsync(
        lane,
        1,
        _ =>
        {
            order.Enqueue(lane);
            return 0;
        },
        Cancel);

    private async Task<EmbeddedStore> OpenAsync(int capacity) => await EmbeddedStoreFixture.OpenAsync(new()
    {
        DataDirectory = _fixture.DataDirectory,
        QueueCapacity = capacity,
        BulkWait = TimeSpan.FromMilliseconds(50),
    });
}
