using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Activation;
using ControlPlane.Grains.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;

namespace ControlPlane.Grains.Tests.Integrations.Activation;

public sealed class LostUsageTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    private readonly NoticedGrains _grains = new();
    private readonly FakeRow<ProviderLossState> _row = new();
    private readonly LostUsage _losses;

    public LostUsageTests() =>
        _losses = new("openai", _row, TimeSpan.FromHours(1), new ProviderNotices(_grains.Factory, "openai", _time), _time, NullLogger.Instance);

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public async Task Take_TheSameLossAgain_CountsOnce()
    {
        var loss = Loss(3);
        await _losses.TakeAsync(loss);
        await _losses.TakeAsync(loss);
        Assert.Equal((3, 1, 1), (_row.State.Events, _row.Writes, _grains.ToGate));
    }

    [Fact]
    public async Task Take_WhileALossStands_AddsToIt_AndAfterwardsBeginsAnew()
    {
        var first = Now;
        await _losses.TakeAsync(Loss(3));
        _time.Advance(TimeSpan.FromMinutes(50));
        await _losses.TakeAsync(Loss(4));
        Assert.Equal((7, first), (_row.State.Events, _row.State.Since));

        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(_losses.Standing(Now));
        await _losses.TakeAsync(Loss(5));
        Assert.Equal((5, Now), (_row.State.Events, _row.State.Since));
    }

    [Fact]
    public async Task Take_AnEventOfTheFuture_StandsNoLongerThanOneOfNow()
    {
        await _losses.TakeAsync(Loss(1, ahead: TimeSpan.FromDays(1)));
        Assert.Equal(Now, _losses.Standing(Now)!.LastAt);
    }

    [Fact]
    public async Task Take_TheWriteIsRefused_ThrowsAndIsKept_AndWrittenOverTheVersionThatIsThere()
    {
        _row.BeforeWrite = FakeRow<ProviderLossState>.Refuse;
        _row.Stored = () => new();
        await Assert.ThrowsAsync<InconsistentStateException>(() => _losses.TakeAsync(Loss(3)));
        Assert.Equal((true, 1, 3), (_losses.Unwritten, _row.Reads, _row.State.Events));

        _row.BeforeWrite = () => Task.CompletedTask;
        await _losses.WriteAsync();
        Assert.Equal((false, 1, 3), (_losses.Unwritten, _row.Writes, _row.State.Events));
    }

    [Fact]
    public async Task Take_WhileAWriteIsUnderWay_IsWrittenAfterIt()
    {
        var (disk, running, most) = (new TaskCompletionSource(), 0, 0);
        _row.BeforeWrite = async () =>
        {
            most = Math.Max(most, ++running);
            await disk.Task;
            running--;
        };
        Task[] taken = [_losses.TakeAsync(Loss(1)), _losses.TakeAsync(Loss(2)), _losses.TakeAsync(Loss(4))];
        disk.SetResult();
        await Task.WhenAll(taken);
        Assert.Equal((1, 2, 7), (most, _row.Writes, _row.State.Events));
    }

    private UsageLoss Loss(long events, TimeSpan ahead = default) => new(Guid.NewGuid(), "openai", events, Now + ahead);
}
