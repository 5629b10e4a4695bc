using ControlPlane.Api.Demo;

namespace ControlPlane.Api.Tests.Demo;

public sealed class DemoGatewayTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080/gateway/")]
    [InlineData("http://0.0.0.0:5080", "http://127.0.0.1:5080/gateway/")]
    [InlineData("http://[::]:5080", "http://127.0.0.1:5080/gateway/")]
    [InlineData("http://*:5080", "http://127.0.0.1:5080/gateway/")]
    [InlineData("http://[::1]:5080", "http://[::1]:5080/gateway/")]
    [InlineData("https://localhost:5443;http://localhost:5080", "http://localhost:5080/gateway/")]
    [InlineData("https://localhost:5443", "https://localhost:5443/gateway/")]
    [InlineData("http://127.0.0.1:6001;http://127.0.0.1:5080", "http://127.0.0.1:5080/gateway/")]
    [InlineData("http://unix:/run/control-plane.sock;http://127.0.0.1:5080", "http://127.0.0.1:5080/gateway/")]
    [InlineData("http://127.0.0.1:0", null)]
    [InlineData("http://127.0.0.1:6001", null)]
    [InlineData("", null)]
    public void Address_IsTheFirstThatServesTheWholeGateway(string listens, string? expected) =>
        Assert.Equal(expected, DemoGateway.AddressOf(listens.Split(';', StringSplitOptions.RemoveEmptyEntries), static port => port == 6001)?.AbsoluteUri);
}
