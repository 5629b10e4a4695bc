using System.Net;
using ControlPlane.Grains.Integrations.Verification.Network;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class DeadlineTests
{
    [Fact]
    public async Task Verify_FakeClockPassesTheDeadline_IsTimeout()
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(connection =>
        {
            asked.SetResult();
            return connection.HangAsync();
        });
        var time = new FakeTimeProvider();
        using var harness = new VerifyHarness(time);

        var verify = harness.VerifyAsync(Targets.Target(Targets.Provider(), server.Url), TimeSpan.FromSeconds(10));
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(verify.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("timeout", (await verify).ErrorCode);
    }

    // The lookup does not react to being cancelled, and never ends.
    [Fact]
    public async Task Verify_NameLookupHangs_EndsAtTheDeadline()
    {
        var resolver = new HangingResolver();
        var time = new FakeTimeProvider();
        using var harness = new VerifyHarness(resolver, time);

        var verify = harness.VerifyAsync(Targets.Target(Targets.Provider(), null), TimeSpan.FromSeconds(10));
        await resolver.Asked.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(verify.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("timeout", (await verify).ErrorCode);
    }

    [Fact]
    public async Task Verify_NoTimeAtAll_IsTimeout()
    {
        using var harness = new VerifyHarness();
        Assert.Equal("timeout", (await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri("http://127.0.0.1:1")), TimeSpan.Zero)).ErrorCode);
    }

    private sealed class HangingResolver : IHostResolver
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            return new TaskCompletionSource<IPAddress[]>().Task;
        }
    }
}
