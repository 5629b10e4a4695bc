using System.Runtime.CompilerServices;
using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Logging;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Logging;

public sealed class ExceptionTextTests
{
    [Fact]
    public void Of_AnExceptionThatWasThrown_HasTypeMessageAndTheTopFrames()
    {
        var text = ExceptionText.Of(Deep(40));

        Assert.StartsWith("System.InvalidOperationException: no room left at ControlPlane.Silo.Tests.Logging.ExceptionTextTests.Fail(Int32 depth)", text, StringComparison.Ordinal);
        Assert.Contains(" more)", text, StringComparison.Ordinal);
        Assert.Equal(8, text.Split(" at ControlPlane.").Length - 1);
    }

    [Fact]
    public void Of_NestedAndAggregated_NamesEachOnce()
    {
        var cause = new TimeoutException("too late");
        var text = ExceptionText.Of(new AggregateException("several", new FormatException("first", cause), new IOException("second", cause)));

        Assert.Equal(
            ["System.AggregateException: several (first) (second)", "System.FormatException: first", "System.IO.IOException: second", "System.TimeoutException: too late"],
            text.Split(" ---> "));
    }

    [Fact]
    public void Of_AnExceptionWhoseMembersFail_HasItsTypeAndTheRest()
    {
        var text = ExceptionText.Of(new Unreadable(new FormatException("cause")));

        Assert.Contains(nameof(Unreadable), text, StringComparison.Ordinal);
        Assert.Contains("System.FormatException: cause", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_AnException_StandsOnTheEventsLine()
    {
        using var harness = new LogHarness(new SecretRegistry());

        harness.Logger("ControlPlane.X").LogError(Deep(3), "Bot {BotId} failed.", "momentum");

        var line = Assert.Single(harness.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Bot momentum failed. | System.InvalidOperationException: no room left at ", line, StringComparison.Ordinal);
        Assert.Single(harness.JsonLines);
    }

    private static Exception Deep(int depth)
    {
        try
        {
            Fail(depth);
        }
        catch (InvalidOperationException e)
        {
            return e;
        }

        throw new Xunit.Sdk.XunitException("It did not fail.");
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Fail(int depth) => depth == 0 ? throw new InvalidOperationException("no room left") : 1 + Fail(depth - 1);

    private sealed class Unreadable(Exception inner) : Exception("quiet", inner)
    {
        public override string Message => throw new InvalidOperationException("no");
    }
}
