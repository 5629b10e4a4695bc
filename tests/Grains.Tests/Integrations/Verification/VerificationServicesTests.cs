using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Signing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class VerificationServicesTests
{
    [Fact]
    public async Task AddIntegrationVerification_Twice_GivesOneWorkingVerifier()
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        await using var services = new ServiceCollection().AddIntegrationVerification().AddIntegrationVerification()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var verdict = await services.GetRequiredService<IVerifier>()
            .VerifyAsync(Targets.Target(Targets.Provider(), server.Url), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(VerifyStatus.Valid, verdict.Status);
        Assert.NotNull(services.GetRequiredService<ProviderCatalogue>().Find("polygon"));
    }

    [Fact]
    public void Signers_OfEachKind_AreThoseOfTheCatalogue()
    {
        using var services = new ServiceCollection().AddIntegrationVerification().BuildServiceProvider();
        Assert.Equal(
            VerifyKinds.Signing.Keys.Order(StringComparer.Ordinal),
            services.GetServices<IRequestSigner>().Select(signer => signer.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Verify_UnknownKindOrNone_IsInconclusive()
    {
        using var harness = new VerifyHarness();
        var none = Targets.Provider();
        none = none with { Access = [none.Access[0] with { Verify = null }] };
        var unknown = Targets.Provider(Targets.PlainVerify.Replace("\"request\"", "\"kind\":\"morse\",\"request\""));

        Assert.Equal("no_verify", (await harness.VerifyAsync(Targets.Target(none, null))).ErrorCode);
        Assert.Equal("no_verify", (await harness.VerifyAsync(Targets.Target(unknown, null))).ErrorCode);
    }
}
