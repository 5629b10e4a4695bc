using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Activation;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Activation;

public sealed class VerifyAtStartTests
{
    private static readonly VerifySchedule s_schedule = new(MinInterval: TimeSpan.FromMinutes(1), Freshness: TimeSpan.FromMinutes(15), Interval: TimeSpan.FromMinutes(5));
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    private readonly FakeRow<ProviderAttemptsState> _row = new();

    [Fact]
    public async Task MayVerify_StartedOverAndOver_BacksOff_UntilTheDelayHasPassed()
    {
        for (var start = 0; start < 3; start++) Assert.True(await StartAsync());
        Assert.False(await StartAsync());
        Assert.Equal(3, _row.State.Starts.Count);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await StartAsync());
        Assert.Equal((4, 4), (_row.State.Starts.Count, _row.Writes));
    }

    [Fact]
    public async Task MayVerify_OnceLetThrough_IsNotDueAgain()
    {
        var timing = new VerifyTiming(_time);
        var disk = new TaskCompletionSource();
        _row.BeforeWrite = () => disk.Task;
        var asked = AtStart(timing).MayVerifyAsync(s_schedule);
        Assert.Equal(NextVerify.OnRequest, timing.Next);
        disk.SetResult();
        Assert.True(await asked);
    }

    [Fact]
    public async Task MayVerify_TheStartIsNotWritten_VerifiesAllTheSame()
    {
        _row.BeforeWrite = FakeRow<ProviderAttemptsState>.Refuse;
        Assert.True(await StartAsync());
    }

    private Task<bool> StartAsync() => AtStart(new VerifyTiming(_time)).MayVerifyAsync(s_schedule);

    private VerifyAtStart AtStart(VerifyTiming timing) => new("openai", _row, timing, _time, NullLogger.Instance);
}
