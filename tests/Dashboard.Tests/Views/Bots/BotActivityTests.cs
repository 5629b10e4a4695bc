using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Views.Bots;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class BotActivityTests
{
    [Theory]
    [InlineData(RunnerCondition.Running, RunnerDirective.Continue, RunnerDirective.Continue, "Running")]
    [InlineData(RunnerCondition.Running, RunnerDirective.Reduce, RunnerDirective.Continue, "Reducing")]
    [InlineData(RunnerCondition.Running, RunnerDirective.Halt, RunnerDirective.Continue, "Halting")]
    [InlineData(RunnerCondition.Running, RunnerDirective.Halt, null, "Halting")]
    [InlineData(RunnerCondition.Starting, RunnerDirective.Halt, null, "Halting")]
    [InlineData(RunnerCondition.Running, RunnerDirective.Halt, RunnerDirective.Halt, "Halted")]
    [InlineData(RunnerCondition.Running, RunnerDirective.Continue, RunnerDirective.Halt, "Running")]
    [InlineData(RunnerCondition.Starting, RunnerDirective.Continue, null, "Starting")]
    [InlineData(RunnerCondition.Running, null, null, "Unavailable")]
    [InlineData(RunnerCondition.Lost, null, null, "Runner lost")]
    [InlineData(RunnerCondition.Stopped, null, null, "Stopped")]
    public void State_IsWhatTheRunnerMustDo_AndWhetherItKnows(RunnerCondition runner, RunnerDirective? must, RunnerDirective? heard, string word) =>
        Assert.Equal(word, BotPill.State(Rows.Bot("a", runner: runner, must: must, heard: heard)).Word);

    [Theory]
    [InlineData(RunnerDirective.Continue, "Killed, halting")]
    [InlineData(RunnerDirective.Halt, "Killed, halted")]
    public void KilledBot_IsNeverCalmlyRunning(RunnerDirective heard, string word)
    {
        var bot = Rows.Bot("a", runner: RunnerCondition.Running, must: RunnerDirective.Halt, heard: heard) with { KillSwitch = Rows.Killed() };
        Assert.Equal((word, Tone.Blocked), (BotPill.State(bot).Word, BotPill.State(bot).Tone));
    }

    [Fact]
    public void KilledBy_TellsWhoWhenAndWhy() =>
        Assert.Equal("Engaged by operator at 14:02: It sold too low.", BotPill.KilledBy(Rows.Killed(), at => at.ToString("HH:mm")));
}
