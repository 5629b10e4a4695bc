using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Running;
using ControlPlane.SampleBots.Strategies;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.SampleBots.Tests.Running;

public sealed class BotRunnerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeHostClock _host;
    private readonly FakeGate _gate = new();
    private readonly FakeBot _fake;
    private readonly BotPermit _permit;
    private readonly BotRunner _runner;

    public BotRunnerTests()
    {
        _host = new(_time);
        (var bot, _fake) = FakeBot.Make();
        _permit = new BotPermit(_gate, "bot-1");
        _runner = new BotRunner(new BotProfile("bot-1", "Bot", "u1", "SIMA", ["polygon"], new MomentumStrategy()), bot, _permit, new NoGateway(), _time, _host, NullLogger<BotRunner>.Instance);
    }

    [Fact]
    public async Task FirstTurn_RegistersStartsAndComesAlive()
    {
        Assert.Equal(TradingState.Halted, _permit.Check().TradingState);
        await _runner.TickAsync();

        Assert.Equal([nameof(IBotGrain.Get), nameof(IBotGrain.Register), nameof(IBotGrain.Start), nameof(IBotGrain.Heartbeat)], _fake.Calls);
        Assert.True(_permit.Check().MayOpen);
        Assert.Equal("bot-1/1", _permit.Lease!.Token);
    }

    [Fact]
    public async Task Start_ThatIsDenied_IsAskedAgainASecondLaterAndExplained()
    {
        _fake.Answers[nameof(IBotGrain.Start)] = _ => Task.FromResult(new StartAnswer { Code = Codes.IntegrationKeyMissing });
        for (var i = 0; i < 8; i++)
        {
            await _runner.TickAsync();
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(2, _fake.Calls.Count(static c => c == nameof(IBotGrain.Start)));
        Assert.Equal((TradingState.Halted, Codes.IntegrationKeyMissing), (_permit.Check().TradingState, _permit.Explain()[0].Detail));
    }

    [Fact]
    public async Task Lease_IsRenewedInTimeAndEndsBeforeTheControlPlanesWhenItCannotBe()
    {
        await _runner.TickAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await _runner.TickAsync();
        Assert.Equal(2, _fake.Calls.Count(static c => c == nameof(IBotGrain.Heartbeat)));

        _fake.Answers[nameof(IBotGrain.Heartbeat)] = _ => throw new TimeoutException();
        _time.Advance(TimeSpan.FromMilliseconds(5_999));
        await _runner.TickAsync();
        Assert.True(_permit.Check().MayOpen);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((TradingState.Halted, Codes.LeaseFenced), (_permit.Check().TradingState, _permit.Explain()[0].Detail));
    }

    [Fact]
    public async Task Lease_CountsFromWhenTheRequestWasSent()
    {
        _fake.Answers[nameof(IBotGrain.Heartbeat)] = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            return FakeBot.Beat(Directive.Continue);
        };
        await _runner.TickAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_permit.Check().MayReduce);
    }

    [Fact]
    public async Task Fenced_StopsAtOnceAndStartsUnderANewEpoch()
    {
        await _runner.TickAsync();
        _fake.Answers[nameof(IBotGrain.Heartbeat)] = _ => Task.FromResult(
            new HeartbeatAnswer(Codes.LeaseFenced, "", Directive.Halt, null, TradingState.Halted, SystemStatus.Blocked, default));
        _time.Advance(TimeSpan.FromSeconds(2));
        await _runner.TickAsync();
        Assert.Equal((TradingState.Halted, null), (_permit.Check().TradingState, _permit.Lease));

        _fake.Answers.Clear();
        _fake.Answers[nameof(IBotGrain.Start)] = _ => Task.FromResult(new StartAnswer { Granted = true, Epoch = 2, Lease = new LeaseTerms(10_000, 2_000, 6_000) });
        await _runner.TickAsync();
        Assert.Equal((2, "bot-1/2", true), (_permit.Lease!.Epoch, _permit.Lease.Token, _permit.Check().MayOpen));
    }

    [Theory]
    [InlineData(Directive.Halt, TradingState.Active, TradingState.Halted)]
    [InlineData(Directive.Reduce, TradingState.Active, TradingState.Reducing)]
    [InlineData(Directive.Continue, TradingState.Reducing, TradingState.Reducing)]
    [InlineData(Directive.Reduce, TradingState.Halted, TradingState.Halted)]
    public async Task Permit_IsTheStricterOfHeartbeatAndGate(Directive directive, TradingState gate, TradingState expected)
    {
        _fake.Answers[nameof(IBotGrain.Heartbeat)] = _ => FakeBot.Beat(directive);
        await _runner.TickAsync();
        _gate.State = gate;
        Assert.Equal(expected, _permit.Check().TradingState);
        Assert.Equal(NoTradeCodes.GateBlocked, _permit.Explain()[0].Code);
    }

    [Fact]
    public async Task Stop_GivesTheLeaseBack()
    {
        await _runner.TickAsync();
        await _runner.StopAsync();
        Assert.Equal(nameof(IBotGrain.Stop), _fake.Calls[^1]);
        Assert.False(_permit.Check().MayReduce);
    }

    [Fact]
    public async Task Replace_TakesTheLeaseOver_AndTheOneBeforeIsHandedOut()
    {
        await _runner.TickAsync();
        var before = _permit.Lease!;
        Start(2);
        Assert.Same(before, await _runner.ReplaceAsync());
        Assert.Equal((2, true), (_permit.Lease!.Epoch, _permit.Check().MayOpen));
        Assert.Equal(nameof(IBotGrain.Heartbeat), _fake.Calls[^1]);
    }

    [Fact]
    public async Task Replace_ThatIsDenied_CostsNoLease()
    {
        await _runner.TickAsync();
        var before = _permit.Lease;
        _fake.Answers[nameof(IBotGrain.Start)] = _ => Task.FromResult(new StartAnswer { Code = Codes.RunnerRestarting });
        Assert.Null(await _runner.ReplaceAsync());
        Assert.Same(before, _permit.Lease);

        _gate.State = TradingState.Reducing;
        var asked = _fake.Calls.Count;
        Assert.Null(await _runner.ReplaceAsync());
        Assert.Equal(asked, _fake.Calls.Count);
    }

    [Fact]
    public async Task Heartbeat_OfALeaseThatWasReplacedMeanwhile_ChangesNothing()
    {
        await _runner.TickAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        var old = new TaskCompletionSource<HeartbeatAnswer>();
        _fake.Answers[nameof(IBotGrain.Heartbeat)] = _ => old.Task;
        var tick = _runner.TickAsync();

        _fake.Answers.Clear();
        Start(2);
        await _runner.ReplaceAsync();
        old.SetResult(new HeartbeatAnswer(Codes.LeaseFenced, "", Directive.Halt, null, TradingState.Halted, SystemStatus.Blocked, default));
        await tick;
        Assert.Equal((2, true), (_permit.Lease!.Epoch, _permit.Check().MayOpen));
    }

    private void Start(long epoch) =>
        _fake.Answers[nameof(IBotGrain.Start)] = _ => Task.FromResult(new StartAnswer { Granted = true, Epoch = epoch, Lease = new LeaseTerms(10_000, 2_000, 6_000) });

    [Fact]
    public async Task Lease_AfterItsHostSlept_IsOverUntilItIsRenewed()
    {
        await _runner.TickAsync();
        Assert.True(_permit.Check().MayOpen);
        _host.Slept = TimeSpan.FromHours(8);
        Assert.False(_permit.Check().MayReduce);
        await _runner.TickAsync();
        Assert.True(_permit.Check().MayOpen);
        Assert.Single(_fake.Calls, static c => c == nameof(IBotGrain.Start));
    }

    private sealed class NoGateway : IGatewayAccess
    {
        public Uri? Address => null;

        public string? LeaseToken(string botId, long epoch) => $"{botId}/{epoch}";
    }
}
