using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Views.Bots;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class BotActivityTests
{
    [Theory]
    [InlineData(RunnerState.Running, Directive.Continue, Directive.Continue, "Running")]
    [InlineData(RunnerState.Running, Directive.Reduce, Directive.Continue, "Reducing")]
    [InlineData(RunnerState.Running, Directive.Halt, Directive.Continue, "Halting")]
    [InlineData(RunnerState.Running, Directive.Halt, null, "Halting")]
    [InlineData(RunnerState.Starting, Directive.Halt, null, "Halting")]
    [InlineData(RunnerState.Running, Directive.Halt, Directive.Halt, "Halted")]
    [InlineData(RunnerState.Running, Directive.Continue, Directive.Halt, "Running")]
    [InlineData(RunnerState.Starting, Directive.Continue, null, "Starting")]
    [InlineData(RunnerState.Running, null, null, "Unavailable")]
    [InlineData(RunnerState.Lost, null, null, "Runner lost")]
    [InlineData(RunnerState.Stopped, null, null, "Stopped")]
    public void State_IsWhatTheRunnerMustDo_AndWhetherItKnows(RunnerState runner, Directive? must, Directive? heard, string word) =>
        Assert.Equal(word, BotPill.State(Rows.Bot("a", runner: runner, must: must, heard: heard)).Word);

    [Theory]
    [InlineData(Directive.Continue, "Killed, halting")]
    [InlineData(Directive.Halt, "Killed, halted")]
    public void KilledBot_IsNeverCalmlyRunning(Directive heard, string word)
    {
        var bot = Rows.Bot("a", runner: RunnerState.Running, must: Directive.Halt, heard: heard) with { KillSwitch = Rows.Killed() };
        Assert.Equal((word, Tone.Blocked), (BotPill.State(bot).Word, BotPill.State(bot).Tone));
    }

    [Fact]
    public void KilledBy_TellsWhoWhenAndWhy() =>
        Assert.Equal("Engaged by operator at 14:02: It sold too low.", BotPill.KilledBy(Rows.Killed(), at => at.ToString("HH:mm")));
}
