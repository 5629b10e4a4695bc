using System.Reflection;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates;

/// <summary>A request that is lost with its silo does not cost the lease: another one is sent beside it.</summary>
public sealed class GateFollowerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedGate _script = new();

    [Fact]
    public async Task RequestThatIsLost_IsAskedAgainBesideIt_AndTheLeaseCountsFromTheOneThatWasAnswered()
    {
        var node = new NodeGate(_time);
        using var follower = new GateFollower(
            ScriptedFactory.Over(_script), node, NodeIdentity.Create(hostsGrains: true), new NodeAgreement(new("v", "f"), null), _time, Options.Create(new GateOptions()), new HostClock(_time), [], NullLogger<GateFollower>.Instance);
        await follower.StartAsync(TestContext.Current.CancellationToken);
        await Until(() => _script.Requests.Count == 1);
        await Until(() =>
        {
            // In steps: how soon the follower comes to wait is not certain.
            if (_script.Requests.Count < 2) _time.Advance(TimeSpan.FromMilliseconds(100));
            return _script.Requests.Count == 2;
        });
        Assert.Equal(0, node.Read().ValidForMs);

        _script.Requests[1].SetResult(new GateUpdate(new GatePosition(1, 1, 0), 3_000, Blocked(), BotsComplete: true, []));
        await Until(() => node.Read().ValidForMs > 0);
        Assert.InRange(node.Read().ValidForMs, 2_500, 3_000);

        // The lost one comes back after all, from an activation that has been replaced: nobody listens.
        _script.Requests[0].TrySetResult(new GateUpdate(new GatePosition(9, 9, 0), 3_000, Blocked(), BotsComplete: true, []));
        await Until(() => _script.Requests.Count >= 3);
        Assert.Equal(1, node.Read().Position.Epoch);
        await follower.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, node.Read().ValidForMs);
    }

    [Fact]
    public async Task GateThatNeverAnswers_IsAskedByAFewRequestsAtATime()
    {
        using var follower = new GateFollower(
            ScriptedFactory.Over(_script), new NodeGate(_time), NodeIdentity.Create(hostsGrains: true), new NodeAgreement(new("v", "f"), null), _time, Options.Create(new GateOptions()), new HostClock(_time), [], NullLogger<GateFollower>.Instance);
        await follower.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.InRange(_script.Requests.Count, 1, 4);
        }

        await follower.StopAsync(TestContext.Current.CancellationToken);
    }

    private static GateSnapshot Blocked() => new() { Epoch = 1, Version = 1, Status = SystemStatus.Blocked, TradingState = TradingState.Halted };

    /// <summary>The follower works on real threads, so the test waits on the real clock, generously.</summary>
    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 1_000 && !condition(); i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }

    /// <summary>Requests in the order they came, each answered when the test says so.</summary>
    public sealed class ScriptedGate
    {
        private readonly List<TaskCompletionSource<GateUpdate>> _requests = [];

        public IReadOnlyList<TaskCompletionSource<GateUpdate>> Requests
        {
            get
            {
                lock (_requests) return [.. _requests];
            }
        }

        public Task<GateUpdate> Ask()
        {
            var request = new TaskCompletionSource<GateUpdate>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_requests) _requests.Add(request);
            return request.Task;
        }
    }

    public class ScriptedGrain : DispatchProxy
    {
        internal ScriptedGate Script { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ISystemGateGrain.WaitForChange) ? Script.Ask() : throw new NotSupportedException(targetMethod.Name);
    }

    public class ScriptedFactory : DispatchProxy
    {
        private ISystemGateGrain _gate = null!;

        internal static IGrainFactory Over(ScriptedGate script)
        {
            var gate = Create<ISystemGateGrain, ScriptedGrain>();
            ((ScriptedGrain)gate).Script = script;
            var factory = Create<IGrainFactory, ScriptedFactory>();
            ((ScriptedFactory)factory)._gate = gate;
            return factory;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _gate;
    }
}
