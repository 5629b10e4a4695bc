using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;
using CsCheck;

namespace ControlPlane.Grains.Tests.Usage;

/// <summary>The window against a model that keeps every event and counts them again each time.</summary>
public sealed class UsageWindowTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    /// <param name="Kind">0: time passes; 1: a commit whose delta arrives; 2: one whose delta is late; 3: one whose delta is lost; 4: late ones arrive; 5: the store is read.</param>
    private readonly record struct Step(int Kind, int Seconds, (int Age, bool Failed)[] Events);

    private static readonly Gen<Step[]> s_steps =
        (from kind in Gen.Int[0, 5]
         from seconds in Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 2000], Gen.Int[0, 90_000])
         from events in (from age in Gen.OneOf(Gen.Int[-300, 3], Gen.Int[0, 1000], Gen.Int[86_300, 86_500], Gen.Int[0, 200_000]) from failed in Gen.Bool select (age, failed)).Array[1, 6]
         select new Step(kind, seconds, events)).Array[1, 40];

    [Fact]
    public void Figures_AgreeWithCountingAllEvents() => s_steps.Sample(
        steps =>
        {
            var now = s_start;
            var model = new Model();
            var window = new UsageWindow();
            window.Rebuild(model.Read(now), now);
            foreach (var step in steps)
            {
                switch (step.Kind)
                {
                    case 0:
                        now = now.AddSeconds(step.Seconds);
                        break;
                    case 4:
                        // In the reverse order: deltas of several silos come as they come.
                        foreach (var late in Enumerable.Reverse(model.TakeLate())) window.Apply(late, now);
                        break;
                    case 5:
                        window.Rebuild(model.Read(now), now);
                        break;
                    default:
                        var delta = model.Commit(now, step);
                        if (step.Kind == 1) window.Apply(delta, now);
                        break;
                }

                if (!model.IsBehind) Assert.Equal(model.Count(now), Shown(window.Figures(now)));
                Assert.InRange(window.Quarters, 0, 98);
            }
        },
        iter: 3000);

    [Fact]
    public void Event_DatedAhead_CountsWhenItsTimeHasCome()
    {
        var window = new UsageWindow();
        window.Rebuild(new UsageWindowRead(0, [], null, null), s_start);
        window.Apply(Delta(1, s_start.AddMinutes(-10)), s_start);
        window.Apply(Delta(2, s_start.AddMinutes(5)), s_start);
        Assert.Equal((1, 1), (window.Figures(s_start).Count24h, window.Figures(s_start).Calls15m));
        Assert.Equal(1, window.Figures(s_start.AddSeconds(299)).Count24h);
        Assert.Equal(2, window.Figures(s_start.AddSeconds(300)).Count24h);
    }

    [Fact]
    public void Delta_OfACommitThatTheReadHeld_IsIgnored_AndALowerOneThanTheLastIsNot()
    {
        var window = new UsageWindow();
        window.Rebuild(new UsageWindowRead(5, [new(s_start.ToUnixTimeSeconds(), 1, 0)], s_start, "a"), s_start);
        window.Apply(Delta(5, s_start), s_start);
        window.Apply(Delta(7, s_start), s_start);
        window.Apply(Delta(6, s_start), s_start);
        Assert.Equal(3, window.Figures(s_start).Count24h);
    }

    private static UsageDelta Delta(long sequence, DateTimeOffset at) => new("polygon", sequence, [new(at.ToUnixTimeSeconds(), 1, 0)], at, "b");

    private static (long, long, double?, long) Shown(UsageFigures figures) => (figures.Count24h!.Value, figures.Errors24h!.Value, figures.ErrorRate15m, figures.Calls15m);

    private sealed class Model
    {
        private readonly List<(long Second, bool Failed)> _events = [];
        private readonly List<UsageDelta> _late = [];
        private long _sequence;
        private bool _lost;

        /// <summary>True while the window can't know everything.</summary>
        public bool IsBehind => _lost || _late.Count > 0;

        public UsageDelta Commit(DateTimeOffset now, Step step)
        {
            var events = step.Events.Select(e => (Second: now.ToUnixTimeSeconds() - e.Age, e.Failed)).ToArray();
            _events.AddRange(events);
            ImmutableArray<UsageSecond> seconds = [.. events.GroupBy(e => e.Second).Select(g => new UsageSecond(g.Key, g.Count(), g.Count(e => e.Failed)))];
            var delta = new UsageDelta("polygon", ++_sequence, seconds, now, "b");
            if (step.Kind == 2) _late.Add(delta);
            if (step.Kind == 3) _lost = true;
            return delta;
        }

        public UsageDelta[] TakeLate()
        {
            UsageDelta[] late = [.. _late];
            _late.Clear();
            return late;
        }

        // Late deltas stay on their way: they come after the read that held them, and must not count again.
        public UsageWindowRead Read(DateTimeOffset now)
        {
            _lost = false;
            var from = now.ToUnixTimeSeconds() - 86_400;
            return new(_sequence, [.. _events.Where(e => e.Second >= from).GroupBy(e => e.Second).Select(g => new UsageSecond(g.Key, g.Count(), g.Count(e => e.Failed)))], null, null);
        }

        public (long, long, double?, long) Count(DateTimeOffset now)
        {
            var last = now.ToUnixTimeSeconds();
            var day = _events.Where(e => e.Second > last - 86_400 && e.Second <= last).ToArray();
            var recent = day.Where(e => e.Second > last - 900).ToArray();
            var failed = recent.Count(e => e.Failed);
            return (day.Length, day.Count(e => e.Failed), recent.Length == 0 ? null : (double)failed / recent.Length, recent.Length);
        }
    }
}
