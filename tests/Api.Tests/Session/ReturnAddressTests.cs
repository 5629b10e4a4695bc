using ControlPlane.Api.Session;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Api.Tests.Session;

public sealed class ReturnAddressTests
{
    [Theory]
    [InlineData("", "https://cp.example/bots/momentum?tab=1", null, "/bots/momentum?tab=1")]
    [InlineData("", "https://cp.example/bots?signin=refused", null, "/bots")]
    [InlineData("", "https://cp.example/bots?q=a%26b", "refused", "/bots?q=a%26b&signin=refused")]
    [InlineData("/cp", "https://cp.example/cp/bots", null, "/cp/bots")]
    [InlineData("/cp", "https://cp.example/bots", "limited", "/cp/?signin=limited")]
    [InlineData("", "https://cp.example//evil.example/x", null, "/")]
    [InlineData("", "https://cp.example/\\evil.example", null, "/")]
    [InlineData("/cp", "https://cp.example/cp//evil.example", null, "/cp/")]
    [InlineData("", "bots", null, "/")]
    [InlineData("", null, "refused", "/?signin=refused")]
    public void Address_IsAPathOfThisProgram(string prefix, string? from, string? why, string expected)
    {
        var request = new DefaultHttpContext().Request;
        request.PathBase = prefix;
        if (from is not null) request.Headers.Referer = from;
        Assert.Equal(expected, ReturnAddress.Of(request, why));
    }
}
