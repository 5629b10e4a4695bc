using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Providers;

namespace ControlPlane.SampleBots.Tests.Running;

public sealed class ProviderCallTests
{
    [Theory]
    [InlineData("timeout", true)]
    [InlineData("unreachable", true)]
    [InlineData("unreadable", true)]
    [InlineData("http_500", true)]
    [InlineData("http_503", true)]
    [InlineData("http_408", true)]
    [InlineData("http_409", true)]
    [InlineData("http_425", true)]
    [InlineData("http_403", false)]
    [InlineData("http_404", false)]
    [InlineData("http_422", false)]
    [InlineData("http_429", false)]
    [InlineData("no_gateway", false)]
    [InlineData("no_lease", false)]
    public void Outcome_OfACallThatReachedTheProvider_IsUnknownUnlessItRefused(string code, bool unknown) =>
        Assert.Equal(unknown, new ProviderCallException("alpaca", code).OutcomeUnknown);

    [Theory]
    [InlineData(Codes.ProviderUnreachable, true, false)]
    [InlineData(Codes.IdReused, true, false)]
    [InlineData(Codes.GatewayUnavailable, true, false)]
    [InlineData(Codes.ControlPlaneUnreachable, true, false)]
    [InlineData(Codes.LeaseFenced, false, true)]
    [InlineData(Codes.Forbidden, false, false)]
    [InlineData(Codes.DataUnavailable, false, false)]
    public void Outcome_OfACallThatTheGatewayRefused_IsKnownUnlessItMayHaveBeenSent(string code, bool unknown, bool recorded)
    {
        var refused = new ProviderCallException("alpaca", code, evaluated: false);
        Assert.Equal((unknown, recorded), (refused.OutcomeUnknown, refused.IsRecorded));
    }
}
