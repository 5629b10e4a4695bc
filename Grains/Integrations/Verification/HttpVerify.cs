using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>One request, plain or signed.</summary>
internal sealed class HttpVerify(ProbeSender probe, IEnumerable<IRequestSigner> signers) : IVerifyKind
{
    private readonly Dictionary<string, IRequestSigner> _signers = signers.ToDictionary(signer => signer.Kind, StringComparer.Ordinal);

    public bool Handles(string kind) => kind == VerifyKinds.Http || _signers.ContainsKey(kind);

    public async Task<Conclusion> VerifyAsync(VerifyTarget target, VerifyDefinition verify, CancellationToken cancellationToken)
    {
        var values = new TemplateValues(target);
        var environment = EnvironmentPolicy.Of(target).Environment;
        var conclusion = (await probe.ProbeAsync(Build(verify.Request), verify, environment, cancellationToken)).Conclusion;
        foreach (var follow in verify.Then.Where(follow => conclusion.IsGood && (follow.Environments.Count == 0 || follow.Environments.Contains(environment))))
            conclusion = await probe.FollowAsync(Build(follow.Request), follow, conclusion, environment, cancellationToken);
        return conclusion;

        OutgoingRequest Build(RequestDefinition definition)
        {
            var request = RequestBuilder.Build(definition, target, values);
            if (_signers.TryGetValue(verify.Kind, out var signer))
                signer.Sign(request, SigningCredentials.Of(target, values));
            return request;
        }
    }
}
