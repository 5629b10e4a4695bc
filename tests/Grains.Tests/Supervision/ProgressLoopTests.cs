using System.Reflection;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Components;
using ControlPlane.Grains.Supervision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Supervision;

public sealed class ProgressLoopTests
{
    [Fact]
    public async Task RunNow_WhileACycleIsUnderWay_RunsAnotherAfterIt()
    {
        var first = new TaskCompletionSource<CycleOutcome>();
        var cycles = 0;
        var reports = new Reports();
        var loop = new ProgressLoop(
            "supervisor",
            _ => cycles++ == 0 ? first.Task : Task.FromResult(new CycleOutcome(true, "done")),
            reports.Factory,
            new FakeTimeProvider(),
            NullLogger.Instance);
        var ticking = loop.TickAsync(CancellationToken.None);
        await loop.RunNowAsync();
        Assert.Equal(1, cycles);
        first.SetResult(new(true, "done"));
        await ticking;
        Assert.Equal([1, 2], reports.Sequences);

        // And one that nobody is at runs at once, once; a gate that has not heard of the last one need not wait for it.
        await loop.RunNowAsync();
        Assert.Equal([1, 2, 2, 3], reports.Sequences);
    }

    /// <summary>A gate that writes down what is reported to it.</summary>
    public sealed class Reports
    {
        public Reports()
        {
            var gate = DispatchProxy.Create<ISystemGateGrain, Proxy>();
            Factory = DispatchProxy.Create<IGrainFactory, Proxy>();
            ((Proxy)(object)gate).Answer = args =>
            {
                Sequences.Add(((ComponentProgress)args[0]!).Sequence);
                return Task.FromResult(new ProgressReceipt(true, 0, null));
            };
            ((Proxy)(object)Factory).Answer = _ => gate;
        }

        public IGrainFactory Factory { get; }

        public List<long> Sequences { get; } = [];
    }

    public class Proxy : DispatchProxy
    {
        internal Func<object?[], object> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(args!);
    }
}
