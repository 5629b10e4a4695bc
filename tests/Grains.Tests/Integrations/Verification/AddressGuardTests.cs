using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::200e")]
    public void IsPublic_PublicAddress_IsTrue(string address) => Assert.True(AddressGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:808:808::")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void IsPublic_OtherAddress_IsFalse(string address) => Assert.False(AddressGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1:9000/x", true)]
    [InlineData("http://127.8.9.1", true)]
    [InlineData("HTTP://LOCALHOST:1", true)]
    [InlineData("https://localhost/x", true)]
    [InlineData("http://[::1]:80/", true)]
    [InlineData("http://2130706433/", false)]
    [InlineData("http://0x7f000001/", false)]
    [InlineData("http://0177.0.0.1/", false)]
    [InlineData("http://127.1/", false)]
    [InlineData("http://[::ffff:127.0.0.1]/", false)]
    [InlineData("http://localhost./", false)]
    [InlineData("http://localhost.evil.test/", false)]
    [InlineData("http://127.0.0.1@evil.test/", false)]
    [InlineData("http://0.0.0.0/", false)]
    [InlineData("http://10.0.0.1/", false)]
    [InlineData("https://api.a.test/", false)]
    public void IsNamedBy_Spelling_CountsOnlyInPlainSight(string address, bool expected) =>
        Assert.Equal(expected, ExplicitLoopback.IsNamedBy(new Uri(address)));

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://10.0.0.1")]
    [InlineData("https://2130706433")]
    [InlineData("http://2130706433")]
    [InlineData("https://0x7f000001")]
    [InlineData("https://0177.0.0.1")]
    [InlineData("https://127.1")]
    [InlineData("https://[::ffff:127.0.0.1]")]
    [InlineData("https://[64:ff9b::7f00:1]")]
    [InlineData("https://[fe80::1]")]
    [InlineData("https://0.0.0.0")]
    [InlineData("https://metadata.test")]
    [InlineData("https://loopback.test")]
    [InlineData("https://mixed.test")]
    [InlineData("https://mapped.test")]
    [InlineData("http://api.public.test")]
    public async Task Verify_OverrideAtForbiddenAddress_IsRefused(string address)
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = Harness();
        AssertRefused(await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri(WithPort(address, server.Port)))));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("https://127.0.0.1", true)]
    [InlineData("https://localhost", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://api.public.test", false)]
    [InlineData("https://loopback.test", false)]
    [InlineData("https://[::ffff:10.0.0.1]", false)]
    [InlineData("https://169.254.169.254", false)]
    public async Task Verify_VariableAtForbiddenAddress_IsRefused(string address, bool asBaseOnly)
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = Harness();
        var url = WithPort(address, server.Port);
        var asBase = Targets.Provider(baseUrl: "{A_URL}");
        var asWebhook = Targets.Provider(Targets.PlainVerify.Replace("/me", "{A_URL}"));

        if (!asBaseOnly)
            AssertRefused(await harness.VerifyAsync(Targets.Target(asBase, null, ("A_KEY", "k"), ("A_URL", url))));
        AssertRefused(await harness.VerifyAsync(Targets.Target(asWebhook, null, ("A_KEY", "k"), ("A_URL", url + "/hook"))));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Verify_LoopbackInTheVariableOfABase_IsAsked()
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = Harness();
        var target = Targets.Target(Targets.Provider(baseUrl: "{A_URL}"), null, ("A_KEY", "k"), ("A_URL", server.Url.AbsoluteUri));
        Assert.Equal(VerifyStatus.Valid, (await harness.VerifyAsync(target)).Status);
    }

    [Fact]
    public async Task Verify_LoopbackNameThatLeadsElsewhere_IsRefused()
    {
        using var harness = new VerifyHarness(names: ("localhost", "10.0.0.1"));
        AssertRefused(await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri("http://localhost:9"))));
    }

    [Fact]
    public async Task Verify_PooledLoopbackConnection_ServesNoPublicRequest()
    {
        // The first leaves an open connection to localhost behind; the second reaches for it by a variable.
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
            await connection.HangAsync();
        });
        using var harness = Harness();
        Assert.Equal(VerifyStatus.Valid, (await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri($"http://localhost:{server.Port}")))).Status);
        var byVariable = Targets.Target(Targets.Provider(Targets.PlainVerify.Replace("/me", "{A_URL}")), null, ("A_KEY", "k"), ("A_URL", $"https://localhost:{server.Port}/hook"));
        AssertRefused(await harness.VerifyAsync(byVariable));
        Assert.Single(server.Requests);
    }

    private static VerifyHarness Harness() => new(names:
    [
        ("metadata.test", "169.254.169.254"), ("loopback.test", "127.0.0.1"), ("mixed.test", "8.8.8.8"), ("mixed.test", "127.0.0.1"),
        ("mapped.test", "::ffff:127.0.0.1"), ("api.public.test", "8.8.8.8"),
    ]);

    private static string WithPort(string address, int port)
    {
        var slash = address.IndexOf('/', "https://".Length);
        return slash < 0 ? $"{address}:{port}" : address.Insert(slash, $":{port}");
    }

    private static void AssertRefused(VerifyVerdict verdict)
    {
        Assert.Equal((VerifyStatus.Inconclusive, "address_refused"), (verdict.Status, verdict.ErrorCode));
        Assert.Equal(StepResult.Failed, verdict.Steps[0].Result);
    }
}
