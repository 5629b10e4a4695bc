using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>Pages of failed events.</summary>
public abstract partial class UsageEventStoreCompliance
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public async Task FailedPage_WalkedToTheEnd_EveryFailureOnceInOrder(int limit)
    {
        // Rare failures of every kind, an outage of neighbouring seconds, and a flood of which one commit lists only the newest.
        var events = Enumerable.Range(0, 400).Select(i => Sample.Event(Sample.Noon.AddSeconds(i), status: i % 97 == 0 ? (UsageStatus)(1 + (i / 97 % 3)) : UsageStatus.Ok)).ToList();
        events.AddRange(Enumerable.Range(0, 20).Select(i => Sample.Event(Sample.Noon.AddSeconds(500 + (i / 4)), status: UsageStatus.Timeout)));
        events.AddRange(Enumerable.Range(0, 120).Select(i => Sample.Event(Sample.Noon.AddSeconds(600).AddMilliseconds(i), status: i % 9 == 0 ? UsageStatus.Error : UsageStatus.Ok)));
        await Store.Usage.AppendAsync([.. events, Sample.Event(provider: "databento", status: UsageStatus.Error)], Cancel);
        await Store.Usage.AppendAsync(Sample.Events(50, Sample.Noon.AddMinutes(20)), Cancel);
        var seen = new List<UsageEvent>();

        string? before = null;
        do
        {
            var page = await Store.Usage.PageFailedAsync("polygon", limit, before, Cancel);
            Assert.True(page.Items.Length <= limit);
            seen.AddRange(page.Items);
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(Enumerable.Reverse(events).Where(e => e.Status != UsageStatus.Ok), seen);
    }

    [Fact]
    public async Task FailedPage_TakesTheCursorOfAllEvents()
    {
        var failed = Sample.Event(Sample.Noon, status: UsageStatus.Error);
        await Store.Usage.AppendAsync([failed, .. Sample.Events(5, Sample.Noon.AddMinutes(1)), Sample.Event(Sample.Noon.AddMinutes(2), status: UsageStatus.Error)], Cancel);
        var all = await Store.Usage.PageAsync("polygon", 3, null, Cancel);
        Assert.Equal([failed], (await Store.Usage.PageFailedAsync("polygon", 10, all.Next, Cancel)).Items);
    }

    [Fact]
    public async Task FailedPage_NothingFailed_IsEmpty()
    {
        await Store.Usage.AppendAsync(Sample.Events(5), Cancel);
        var page = await Store.Usage.PageFailedAsync("polygon", 10, null, Cancel);
        Assert.Equal((0, null), (page.Items.Length, page.Next));
        await Assert.ThrowsAsync<ControlPlane.Grains.InvalidCursorException>(() => Store.Usage.PageFailedAsync("polygon", 10, "x", Cancel));
    }
}
