using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>One request, plain or signed.</summary>
internal sealed class HttpVerify(ProbeSender probe, IEnumerable<IRequestSigner> signers, IEnumerable<IDerivedValues> derived) : IVerifyKind
{
    private readonly Dictionary<string, IRequestSigner> _signers = signers.ToDictionary(signer => signer.Kind, StringComparer.Ordinal);

    private readonly Dictionary<string, IDerivedValues> _derived = derived.ToDictionary(values => values.Kind, StringComparer.Ordinal);

    public bool Handles(string kind) => kind == VerifyKinds.Http || _signers.ContainsKey(kind) || _derived.ContainsKey(kind);

    public async Task<Conclusion> VerifyAsync(VerifyTarget target, VerifyDefinition verify, CancellationToken cancellationToken)
    {
        var values = new TemplateValues(target);
        if (_derived.TryGetValue(verify.Kind, out var maker))
            values = new TemplateValues(target, derived: maker.Derive(target, values));
        var context = new AnswerContext(EnvironmentPolicy.Of(target).Environment, values.Find);
        var conclusion = (await probe.ProbeAsync(Build(verify.Request), verify, context, cancellationToken)).Conclusion;
        foreach (var follow in verify.Then)
        {
            if (conclusion.IsGood && IsDue(follow))
                conclusion = await probe.FollowAsync(Build(follow.Request, follow.BaseUrl), follow, conclusion, context, cancellationToken);
        }

        return conclusion;

        bool IsDue(FollowUpDefinition follow) =>
            (follow.Environments.Count == 0 || follow.Environments.Contains(context.Environment)) && follow.Needs.All(name => values.Find(name) is not null);

        OutgoingRequest Build(RequestDefinition definition, string? otherBase = null)
        {
            var request = RequestBuilder.Build(definition, target, values, otherBase);
            if (_signers.TryGetValue(verify.Kind, out var signer))
                signer.Sign(request, SigningCredentials.Of(target, values));
            return request;
        }
    }
}
