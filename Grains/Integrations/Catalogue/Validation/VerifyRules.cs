namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of one verify call, within the way to connect that it belongs to.</summary>
internal sealed class VerifyRules(ProviderDefinition provider, AccessDefinition access, IReadOnlyDictionary<string, VariableDefinition> variables)
{
    private const int LongestWaitS = 86_400;

    public void Check(VerifyDefinition verify, FieldErrors errors)
    {
        CheckKind(verify, errors);
        errors.Expect(verify.MinIntervalS is >= 1 and <= LongestWaitS, "min_interval_s", "must be 1 to 86400 seconds.");

        var isSession = verify.Kind == VerifyKinds.Session;
        new RequestRules(provider, access, variables, allowToken: isSession).Check(verify.Request, errors.At("request"));
        OutcomeRules.Check(verify.Outcomes, errors);
        CapabilityRules.Check(verify, new RequestRules(provider, access, variables, allowToken: false).Check, errors);

        if (verify.Login is not null && !isSession)
            errors.Add("login", "belongs to kind session only. Remove it, or set kind to session.");
        else if (verify.Login is { } login)
            CheckLogin(login, errors.At("login"));
        else if (isSession)
            errors.Add("login", "is missing. A session needs to know how to get its token.");

        if (isSession)
            errors.Expect(RequestTemplates.Names(verify.Request).Contains(Template.Token), "request", "must use {token} somewhere, as it is made under a session.");
    }

    private void CheckKind(VerifyDefinition verify, FieldErrors errors)
    {
        if (VerifyKinds.Signing.TryGetValue(verify.Kind, out var credentials))
        {
            errors.Expect(access.Requires.Count >= credentials, "kind",
                $"{verify.Kind} takes key id, secret{(credentials > 2 ? " and passphrase" : "")} from the front of requires. Name all {credentials} there, in this order.");
        }
        else
        {
            errors.Expect(VerifyKinds.All.Contains(verify.Kind), "kind", $"must be one of {string.Join(", ", VerifyKinds.All)}.");
        }
    }

    private void CheckLogin(LoginDefinition login, FieldErrors errors)
    {
        new RequestRules(provider, access, variables, allowToken: false).Check(login.Request, errors.At("request"));
        errors.Expect(login.TokenPath.Length > 0, "token_path", "must name the member of the answer that holds the token.");
        errors.Expect(login.TokenLifetimeS is >= 1 and <= 30 * LongestWaitS, "token_lifetime_s", "must be 1 to 2592000 seconds.");
        if (login.TokenVariable is { } name)
        {
            errors.Expect(variables.TryGetValue(name, out var variable) && variable.Secret, "token_variable",
                $"{name} must be the main name of a secret variable. Declare it under variables.");
        }

        OutcomeRules.Check(login.Outcomes, errors);
    }
}
