using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>Pages of recent events, and what a purge leaves of them.</summary>
public abstract partial class UsageEventStoreCompliance
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public async Task Page_WalkedToTheEnd_EveryEventOnceInOrder(int limit)
    {
        var events = Enumerable.Range(0, 40).Select(i => Sample.Event(Sample.Noon.AddSeconds(i / 4))).ToList();
        await Store.Usage.AppendAsync([.. events, Sample.Event(provider: "databento")], Cancel);
        var seen = new List<UsageEvent>();

        string? before = null;
        do
        {
            var page = await Store.Usage.PageAsync("polygon", limit, before, Cancel);
            Assert.True(page.Items.Length <= limit);
            seen.AddRange(page.Items);
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(Enumerable.Reverse(events), seen);
    }

    [Fact]
    public async Task Page_EventsArriveBetweenPages_NoneIsSeenTwice()
    {
        await Store.Usage.AppendAsync(Sample.Events(10), Cancel);
        var first = await Store.Usage.PageAsync("polygon", 5, null, Cancel);

        await Store.Usage.AppendAsync(Sample.Events(5, Sample.Noon.AddMinutes(1)), Cancel);
        var second = await Store.Usage.PageAsync("polygon", 5, first.Next, Cancel);

        Assert.Equal(10, first.Items.Concat(second.Items).Select(e => e.EventId).Distinct().Count());
        Assert.Null(second.Next);
    }

    [Theory]
    [MemberData(nameof(BadCursors.All), MemberType = typeof(BadCursors))]
    public async Task Page_CursorNotOfThisList_IsRefused(string cursor) =>
        await Assert.ThrowsAsync<ControlPlane.Grains.InvalidCursorException>(() => Store.Usage.PageAsync("polygon", 10, cursor, Cancel));

    [Fact]
    public async Task Purge_OldEvents_GoWithTheirIdsAndRollUps()
    {
        var old = Sample.Events(12_000, Sample.Noon.AddDays(-2));
        var oldOfOther = Sample.Event(Sample.Noon.AddDays(-2), provider: "databento", bot: "gone");
        await Store.Usage.AppendAsync(old, Cancel);
        await Store.Usage.AppendAsync([oldOfOther, Sample.Event(), Sample.Event(status: UsageStatus.Error)], Cancel);

        var removed = await Store.Usage.PurgeAsync(Sample.Noon.AddDays(-1), Cancel);
        var again = await Store.Usage.PurgeAsync(Sample.Noon.AddDays(-1), Cancel);

        Assert.Equal((12_001, 0), (removed, again));
        await AssertCountersAgreeAsync(calls: 2, errors: 1);
        Assert.Empty(await Store.Usage.ReadBotsAsync("databento", DateTimeOffset.UnixEpoch, Cancel));
        Assert.Equal([true], (await Store.Usage.AppendAsync([oldOfOther], Cancel)).Written);
    }

    [Fact]
    public async Task Purge_WhileAppending_NothingNewIsLost()
    {
        await Store.Usage.AppendAsync(Sample.Events(8_000, Sample.Noon.AddDays(-2)), Cancel);
        var purge = Store.Usage.PurgeAsync(Sample.Noon, Cancel);

        for (var i = 0; i < 20; i++)
        {
            await Store.Usage.AppendAsync([Sample.Event()], Cancel);
        }

        Assert.Equal(8_000, await purge);
        await AssertCountersAgreeAsync(calls: 20, errors: 0);
    }
}
