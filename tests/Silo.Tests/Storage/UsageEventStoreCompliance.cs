using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>What every store of proof of use must do.</summary>
public abstract partial class UsageEventStoreCompliance : StoreCompliance
{
    [Fact]
    public async Task Append_NewEvents_AllWrittenAndReadBackNewestFirst()
    {
        var events = new[]
        {
            Sample.Event(Sample.Noon.AddTicks(12_345_670)),
            new UsageEvent(Guid.NewGuid(), Sample.Noon, null, null, "polygon", "", UsageStatus.RateLimited, null, null, null, null),
            new UsageEvent(Guid.NewGuid(), Sample.Noon.AddHours(-1), "é", "", "polygon", "x", UsageStatus.Timeout, 504, 0, null, "TIMEOUT"),
        };

        var append = await Store.Usage.AppendAsync(events, Cancel);
        await ReopenAsync();
        var page = await Store.Usage.PageAsync("polygon", 10, null, Cancel);

        Assert.Equal([true, true, true], append.Written);
        Assert.Equal(events, page.Items);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task Append_InstantWithOffset_ReadsBackAsTheSameInstantInUtc()
    {
        var at = new DateTimeOffset(2025, 6, 2, 14, 0, 0, TimeSpan.FromHours(2));

        await Store.Usage.AppendAsync([Sample.Event(at)], Cancel);

        var item = Assert.Single((await Store.Usage.PageAsync("polygon", 1, null, Cancel)).Items);
        Assert.Equal(at, item.OccurredAt);
        Assert.Equal(TimeSpan.Zero, item.OccurredAt.Offset);
    }

    [Fact]
    public async Task Append_DuplicateWithinBatch_FirstIsWrittenOnce()
    {
        var first = Sample.Event();

        var append = await Store.Usage.AppendAsync([first, Sample.Event(), first with { Status = UsageStatus.Error }], Cancel);

        Assert.Equal([true, true, false], append.Written);
        await AssertCountersAgreeAsync(calls: 2, errors: 0);
    }

    [Fact]
    public async Task Append_WholeBatchResent_EveryEventIsADuplicate()
    {
        var events = Sample.Events(300);
        await Store.Usage.AppendAsync(events, Cancel);

        var again = await Store.Usage.AppendAsync(events, Cancel);
        await ReopenAsync();
        var later = await Store.Usage.AppendAsync([.. events.Take(10), Sample.Event()], Cancel);

        Assert.DoesNotContain(true, again.Written);
        Assert.Equal(1, later.Written.Count(written => written));
        await AssertCountersAgreeAsync(calls: 301, errors: 0);
    }

    [Fact]
    public async Task Append_SameIdAcrossMidnight_CountsOnce()
    {
        var before = Sample.Event(Sample.Noon.Date.AddDays(1).AddSeconds(-1));
        await Store.Usage.AppendAsync([before], Cancel);

        var append = await Store.Usage.AppendAsync([before with { OccurredAt = before.OccurredAt.AddSeconds(2) }], Cancel);

        Assert.Equal([false], append.Written);
    }

    [Fact]
    public async Task Append_ManyAtOnce_EachIdIsWrittenByExactlyOneCall()
    {
        var events = Sample.Events(500);
        var calls = Enumerable.Range(0, 64).Select(_ => Store.Usage.AppendAsync(events, Cancel)).ToList();

        var appends = await Task.WhenAll(calls);

        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(1, appends.Count(a => a.Written[i])));
        await AssertCountersAgreeAsync(calls: 500, errors: 0);
    }

    [Fact]
    public async Task Append_Repeatedly_CommitSequenceGrowsAndSurvives()
    {
        var first = (await Store.Usage.AppendAsync([Sample.Event()], Cancel)).CommitSequence;
        var second = (await Store.Usage.AppendAsync([Sample.Event()], Cancel)).CommitSequence;
        await ReopenAsync();
        var third = (await Store.Usage.AppendAsync([Sample.Event()], Cancel)).CommitSequence;

        Assert.True(first < second && second < third);
        Assert.Equal(third, (await Store.Usage.ReadWindowAsync("polygon", Sample.Noon, DateTimeOffset.MaxValue, Cancel)).CommitSequence);
    }

    [Fact]
    public async Task ReadWindow_WhileAppending_HoldsExactlyTheCommitsUpToItsSequence()
    {
        var appended = new System.Collections.Concurrent.ConcurrentDictionary<long, int>();
        var writers = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var i = 0; i < 50; i++)
            {
                var append = await Store.Usage.AppendAsync(Sample.Events(1 + ((i + writer) % 5)), Cancel);
                appended.AddOrUpdate(append.CommitSequence, append.Written.Length, (_, n) => n + append.Written.Length);
            }
        });
        var all = Task.WhenAll(writers);
        var reads = new List<(long Sequence, int Calls)>();
        while (!all.IsCompleted)
        {
            var read = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon, DateTimeOffset.MaxValue, Cancel);
            reads.Add((read.CommitSequence, read.Seconds.Sum(s => s.Calls)));
        }

        await all;
        Assert.All(reads, read => Assert.Equal(appended.Where(a => a.Key <= read.Sequence).Sum(a => a.Value), read.Calls));
    }

    [Fact]
    public async Task ReadWindow_EmptyStore_HasNoSecondsAndNoLastUse()
    {
        var read = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon, DateTimeOffset.MaxValue, Cancel);

        Assert.Empty(read.Seconds);
        Assert.Null(read.LastUsedAt);
        Assert.Null(read.LastUsedByBot);
    }

    [Fact]
    public async Task ReadWindow_EventsOfSeveralSeconds_CountsBySecondFromTheVeryInstant()
    {
        await Store.Usage.AppendAsync(
            [
                Sample.Event(Sample.Noon.AddMilliseconds(-1)),
                Sample.Event(Sample.Noon.AddMilliseconds(100)),
                Sample.Event(Sample.Noon.AddMilliseconds(600), status: UsageStatus.Timeout),
                Sample.Event(Sample.Noon.AddMilliseconds(2_000), bot: "other"),
                Sample.Event(Sample.Noon.AddMilliseconds(2_000), provider: "databento"),
            ],
            Cancel);
        var noon = Sample.Noon.ToUnixTimeSeconds();

        var whole = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon, DateTimeOffset.MaxValue, Cancel);
        var part = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon.AddMilliseconds(500), DateTimeOffset.MaxValue, Cancel);
        var none = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon.AddDays(1), DateTimeOffset.MaxValue, Cancel);

        Assert.Equal([new UsageSecond(noon, 2, 1), new UsageSecond(noon + 2, 1, 0)], whole.Seconds);
        Assert.Equal([new UsageSecond(noon, 1, 1), new UsageSecond(noon + 2, 1, 0)], part.Seconds);
        Assert.Empty(none.Seconds);
        Assert.Equal((Sample.Noon.AddSeconds(2), "other"), (none.LastUsedAt, none.LastUsedByBot));
    }

    [Fact]
    public async Task ReadWindow_EventDatedAhead_IsCountedButIsNotTheLastUse()
    {
        await Store.Usage.AppendAsync([Sample.Event(Sample.Noon, bot: "a"), Sample.Event(Sample.Noon.AddMinutes(4), bot: "liar")], Cancel);

        var now = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon, Sample.Noon.AddMinutes(1), Cancel);
        var later = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon, Sample.Noon.AddMinutes(4), Cancel);

        Assert.Equal((2, Sample.Noon, "a"), (now.Seconds.Sum(s => s.Calls), now.LastUsedAt, now.LastUsedByBot));
        Assert.Equal((Sample.Noon.AddMinutes(4), "liar"), (later.LastUsedAt, later.LastUsedByBot));
    }

    [Fact]
    public async Task ReadHours_EventsOfTwoHours_HasNearestRankPercentilesAndLeavesEmptyHoursOut()
    {
        var first = Enumerable.Range(1, 20).Select(i => Sample.Event(Sample.Noon.AddMinutes(i), latency: i * 10));
        var third = new[]
        {
            Sample.Event(Sample.Noon.AddHours(2), latency: null, status: UsageStatus.Error),
            Sample.Event(Sample.Noon.AddHours(2), latency: null, status: UsageStatus.RateLimited),
        };
        await Store.Usage.AppendAsync([.. third, .. first], Cancel);

        var hours = await Store.Usage.ReadHoursAsync("polygon", Sample.Noon.AddMinutes(-5), Cancel);

        Assert.Equal([new UsageHour(Sample.Noon.AddMinutes(-5), 20, 0, 100, 190), new UsageHour(Sample.Noon.AddMinutes(115), 0, 2, null, null)], hours);
    }

    [Fact]
    public async Task ReadBots_SeveralBots_MostRecentFirstAndOnlySinceFrom()
    {
        await Store.Usage.AppendAsync(
            [
                Sample.Event(Sample.Noon.AddSeconds(1), bot: "b"),
                Sample.Event(Sample.Noon.AddSeconds(9), bot: "a"),
                Sample.Event(Sample.Noon.AddSeconds(5), bot: "a"),
                Sample.Event(Sample.Noon.AddSeconds(-1), bot: "old"),
                Sample.Event(Sample.Noon.AddSeconds(3), bot: null),
            ],
            Cancel);

        Assert.Equal(["a", "b"], await Store.Usage.ReadBotsAsync("polygon", Sample.Noon, Cancel));
    }

    [Fact]
    public async Task ReadBots_MoreThanAHundred_TheHundredMostRecent()
    {
        await Store.Usage.AppendAsync(
            [.. Enumerable.Range(0, 130).Select(i => Sample.Event(Sample.Noon.AddSeconds(i), bot: $"bot-{i:000}"))], Cancel);

        var bots = await Store.Usage.ReadBotsAsync("polygon", Sample.Noon, Cancel);

        Assert.Equal(Enumerable.Range(30, 100).Reverse().Select(i => $"bot-{i:000}"), bots);
    }

    /// <summary>Sizes around those at which a store writes several rows at once.</summary>
    [Theory]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(350)]
    public async Task Append_SomeDuplicatesAmongMany_ExactlyTheNewOnesAreWritten(int count)
    {
        var events = Sample.Events(count);
        await Store.Usage.AppendAsync([events[0], events[count / 2], events[count - 1]], Cancel);
        var mixed = events.Append(events[1]).ToList();

        var append = await Store.Usage.AppendAsync(mixed, Cancel);

        Assert.Equal(Enumerable.Range(0, count + 1).Select(i => i != 0 && i != count / 2 && i != count - 1 && i != count), append.Written);
        await AssertCountersAgreeAsync(calls: count, errors: 0);
    }

    /// <summary>The rows, the seconds and the hours tell the same numbers.</summary>
    private async Task AssertCountersAgreeAsync(int calls, int errors)
    {
        var rows = new List<UsageEvent>();
        string? before = null;
        do
        {
            var page = await Store.Usage.PageAsync("polygon", 500, before, Cancel);
            rows.AddRange(page.Items);
            before = page.Next;
        }
        while (before is not null);

        var window = await Store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancel);
        var hours = await Store.Usage.ReadHoursAsync("polygon", DateTimeOffset.UnixEpoch, Cancel);
        Assert.Equal((calls, errors), (rows.Count, rows.Count(e => e.Status != UsageStatus.Ok)));
        Assert.Equal((calls, errors), (window.Seconds.Sum(s => s.Calls), window.Seconds.Sum(s => s.Errors)));
        Assert.Equal((calls, errors), (hours.Sum(h => h.Ok + h.Failed), hours.Sum(h => h.Failed)));
    }
}
