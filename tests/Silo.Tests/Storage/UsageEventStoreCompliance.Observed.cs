using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>Calls that the gateway saw, beside those that somebody reported.</summary>
public abstract partial class UsageEventStoreCompliance
{
    [Theory]
    [InlineData(6)]
    [InlineData(300)]
    public async Task Append_ObservedAndReported_AreCountedApartAndReadBackWithTheirTokens(int count)
    {
        var events = Sample.Events(count).Select((e, i) => i % 3 == 0 ? e with { Source = UsageSource.Observed, InputTokens = 5_000_000_000 + i, OutputTokens = i == 0 ? null : i } : e).ToList();

        await Store.Usage.AppendAsync(events, Cancel);
        await ReopenAsync();
        var page = await Store.Usage.PageAsync("polygon", count, null, Cancel);
        var window = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon.AddHours(-1), Sample.Noon.AddHours(1), Cancel);

        Assert.Equal(events.AsEnumerable().Reverse(), page.Items);
        Assert.Equal((count, count / 3), (window.Seconds.Sum(s => s.Calls), window.Seconds.Sum(s => s.Observed)));
    }

    [Fact]
    public async Task ReadWindow_ThatBeginsWithinASecond_CountsOnlyItsObservedCalls()
    {
        await Store.Usage.AppendAsync(
            [.. new[] { 0, 200, 400, 600 }.Select(ms => Sample.Event(Sample.Noon.AddMilliseconds(ms)) with { Source = ms == 200 ? UsageSource.Reported : UsageSource.Observed })], Cancel);

        var window = await Store.Usage.ReadWindowAsync("polygon", Sample.Noon.AddMilliseconds(300), Sample.Noon.AddHours(1), Cancel);

        Assert.Equal((2, 2), (window.Seconds.Sum(s => s.Calls), window.Seconds.Sum(s => s.Observed)));
    }
}
