using System.Collections.Concurrent;
using ControlPlane.Grains.Gateway.Settlement;

namespace ControlPlane.Grains.Tests.Gateway;

public sealed class SettlementLimiterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Provider_ThatHangs_DelaysItsOwnOrdersAlone()
    {
        var limiter = new SettlementLimiter();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (begun, done) = (new ConcurrentQueue<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        for (var i = 0; i < 200; i++)
        {
            var order = $"{i}";
            Assert.True(limiter.TryRun("hangs", ("bot", order), () => Begin(order, hangs.Task), Cancel));
        }

        Assert.True(limiter.TryRun("answers", ("bot", "other"), () => Begin("other", Task.CompletedTask), Cancel));
        await done.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        Assert.Equal(["0", "1", "2", "3", "other"], begun);

        // Each order once, until it is done with.
        Assert.False(limiter.TryRun("hangs", ("bot", "199"), () => Task.CompletedTask, Cancel));
        hangs.SetResult();
        while (!limiter.TryRun("hangs", ("bot", "199"), () => Task.CompletedTask, Cancel)) await Task.Delay(5, Cancel);
        Assert.Equal(201, begun.Count);

        Task Begin(string order, Task until)
        {
            begun.Enqueue(order);
            if (order == "other") done.SetResult();
            return until;
        }
    }
}
