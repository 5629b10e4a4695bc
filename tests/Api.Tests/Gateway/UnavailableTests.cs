using System.Net;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>A node that can't add a key says so, and sends nothing.</summary>
public sealed class UnavailableTests
{
    [Theory]
    [InlineData("FrontEnd", "GATEWAY_UNAVAILABLE")]
    [InlineData("AllInOne", "INTEGRATION_KEY_MISSING")]
    public async Task Call_NodeWithoutTheKey_Answers503(string role, string code)
    {
        await using var scene = await GatewayScene.StartAsync(settings: ("ControlPlane:Role", role));
        using var answer = await scene.GetAsync("/gateway/tiingo/api/test", ("X-Control-Plane-Token", scene.BotToken));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, code), (answer.StatusCode, answer.Headers.GetValues("X-Control-Plane-Refused").Single()));
        Assert.Empty(scene.Upstream.Seen);
        Assert.Empty(scene.Usage.Calls);
    }
}
