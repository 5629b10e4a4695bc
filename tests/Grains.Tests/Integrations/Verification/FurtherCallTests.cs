using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>A call after a good verdict: its refusal tells what the key lacks, and what it can't answer changes nothing.</summary>
public sealed class FurtherCallTests
{
    private const string Models = """{"object":"list","data":[{"id":"gpt-4o-mini"}]}""";

    public static TheoryData<int, string, VerifyStatus, CapabilityStatus> Moderations => new()
    {
        { 200, """{"id":"modr-1","results":[{"flagged":false}]}""", VerifyStatus.Valid, CapabilityStatus.Proven },
        { 401, Missing("model.request"), VerifyStatus.Valid, CapabilityStatus.Missing },
        { 403, Missing("model.request"), VerifyStatus.Valid, CapabilityStatus.Missing },
        { 401, Missing("api.moderations.write"), VerifyStatus.Valid, CapabilityStatus.Unknown },
        { 429, """{"error":{"code":"insufficient_quota","type":"insufficient_quota"}}""", VerifyStatus.ValidBilling, CapabilityStatus.Missing },
        { 429, """{"error":{"code":"rate_limit_exceeded","type":"requests"}}""", VerifyStatus.Valid, CapabilityStatus.Implied },
        { 404, """{"error":"no such route"}""", VerifyStatus.Valid, CapabilityStatus.Implied },
        { 503, "{}", VerifyStatus.Valid, CapabilityStatus.Implied },
    };

    /// <summary>Read-only keys of OpenAI list models like any other one.</summary>
    [Theory]
    [MemberData(nameof(Moderations))]
    public async Task OpenAi_KeyThatListsModels_IsAskedForOneThatRuns(int status, string body, VerifyStatus verdict, CapabilityStatus infer)
    {
        var provider = CatalogueLoader.Load(userPath: null).Find("openai")!;
        await using var server = new RawServer(connection => connection.SendAsync(
            connection.Request.Contains("/moderations", StringComparison.Ordinal) ? RawServer.Json(body, status) : RawServer.Json(Models)));
        using var harness = new VerifyHarness();
        var values = new Dictionary<string, Secret> { ["OPENAI_API_KEY"] = new("sk-some-key") };

        var told = await harness.VerifyAsync(new VerifyTarget(provider, provider.Access[0], values, server.Url));

        Assert.Equal((verdict, infer), (told.Status, Assert.Single(told.Findings, finding => finding.Name == Capability.Infer).Status));
        Assert.Contains(server.Requests, request => request.Contains("\"input\":\"ok\"", StringComparison.Ordinal) && request.Contains("Bearer sk-some-key", StringComparison.Ordinal));
        if (infer is CapabilityStatus.Missing or CapabilityStatus.Unknown)
            Assert.Contains("platform.openai.com", Assert.Single(told.Findings).Fix, StringComparison.Ordinal);
    }

    private static string Missing(string scope) =>
        """{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: WHICH.","type":"invalid_request_error","param":null,"code":null}}""".Replace("WHICH", scope);
}
