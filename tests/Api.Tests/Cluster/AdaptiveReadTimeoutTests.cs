using ControlPlane.Api.Cluster;
using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Cluster;

public sealed class AdaptiveReadTimeoutTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AdaptiveReadTimeout _timeout;

    public AdaptiveReadTimeoutTests() => _timeout = new(Options.Create(new ApiOptions()), _time);

    [Fact]
    public async Task WaitBriefly_OnceAnswered_GivesUpAfterAMoment()
    {
        Assert.Equal(1, await _timeout.WaitBriefly(Task.FromResult(1)));
        var waiting = _timeout.WaitBriefly(new TaskCompletionSource<int>().Task);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }

    [Fact]
    public async Task WaitBriefly_BeforeAnyAnswer_WaitsAsLongAsAnybody()
    {
        var first = new TaskCompletionSource<int>();
        var waiting = _timeout.WaitBriefly(first.Task);
        _time.Advance(TimeSpan.FromSeconds(new ApiOptions().Read.TimeoutSeconds - 0.01));
        Assert.False(waiting.IsCompleted);
        first.SetResult(2);
        Assert.Equal(2, await waiting);
    }
}
