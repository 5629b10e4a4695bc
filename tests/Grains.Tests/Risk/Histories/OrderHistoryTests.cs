using System.Collections.Concurrent;

namespace ControlPlane.Grains.Tests.Risk.Histories;

/// <summary>Random histories against the true account: what is granted never exceeds a limit in the worst outcome of everything that is open, and an exit of
/// the true position is never refused.</summary>
public sealed class OrderHistoryTests(ITestOutputHelper output)
{
    [Fact]
    public Task TenThousand_NoLimitIsBroken_AndNoTrueExitIsRefused() => RunAsync(0, 10_000);

    /// <summary>Histories that broke once, each for a reason of its own.</summary>
    [Theory]
    [InlineData(3_011_100)]
    [InlineData(3_033_147)]
    [InlineData(7_026_194)]
    [InlineData(7_052_157)]
    public async Task OnceBroken_IsNoLonger(int seed)
    {
        var lines = new List<string>();
        using var history = new OrderHistory(seed, lines.Add);
        var broken = await Record.ExceptionAsync(history.RunAsync);
        Assert.True(broken is null, $"{broken?.Message}\n{string.Join('\n', lines)}");
    }

    /// <summary>A million, run by hand after a change of the ledger; it takes most of an hour on two cores.</summary>
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public Task AHundredThousand_TenTimes_NoLimitIsBroken_AndNoTrueExitIsRefused(int part) => RunAsync(part * 1_000_000, 100_000);

    private async Task RunAsync(int first, int count)
    {
        var broken = new ConcurrentDictionary<int, string>();
        long opened = 0, left = 0;
        await Parallel.ForAsync(first, first + count, TestContext.Current.CancellationToken, async (seed, _) =>
        {
            if (broken.Count > 20) return;
            using var history = new OrderHistory(seed);
            try
            {
                await history.RunAsync();
            }
            catch (Exception e)
            {
                broken[seed] = e is BrokenRuleException ? e.Message : e.ToString();
            }

            Interlocked.Add(ref opened, history.Granted.Opened);
            Interlocked.Add(ref left, history.Granted.Left);
        });
        output.WriteLine($"{count} histories: {opened} orders opened, {left} exits granted, {broken.Count} broken");
        if (!broken.IsEmpty)
        {
            var lines = new List<string>();
            using var again = new OrderHistory(broken.Keys.Min(), lines.Add);
            await Record.ExceptionAsync(again.RunAsync);
            Assert.Fail($"{broken.Count} broken histories, of which:\n{string.Join('\n', broken.OrderBy(b => b.Key).Take(8).Select(b => b.Value))}\nThe first:\n{string.Join('\n', lines)}");
        }

        // Histories in which nothing is granted prove nothing.
        Assert.True(opened > count * 2 && left > count / 4, $"{opened} and {left}");
    }
}
