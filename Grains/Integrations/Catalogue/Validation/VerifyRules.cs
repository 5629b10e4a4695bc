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
        var derived = VerifyKinds.Derived.GetValueOrDefault(verify.Kind, []);
        if (VerifyKinds.Services.ContainsKey(verify.Kind))
            new ServiceRules(access, variables).Check(verify, errors);
        else if (verify.Request == RequestDefinition.None)
            errors.Add("request", "is missing. Add it.");
        else
            new RequestRules(provider, access, variables, isSession ? [Template.Token] : derived).Check(verify.Request, errors.At("request"));
        errors.Expect(verify.Service is null || VerifyKinds.Services.ContainsKey(verify.Kind), "service", $"belongs to {string.Join(", ", VerifyKinds.Services.Keys.Order(StringComparer.Ordinal))} only. Remove it.");
        OutcomeRules.Check(verify.Outcomes, errors);
        CapabilityRules.Check(verify, follow => new RequestRules(provider, access with { Requires = [.. access.Requires, .. follow.Needs] }, variables, derived), errors);

        if (verify.Login is not null && !isSession)
            errors.Add("login", "belongs to kind session only. Remove it, or set kind to session.");
        else if (verify.Login is { } login)
            CheckLogin(login, errors.At("login"));
        else if (isSession)
            errors.Add("login", "is missing. A session needs to know how to get its token.");

        errors.Expect(isSession || verify.Expiry?.LifetimeS is null, "expiry", "can have a lifetime_s for a session alone.");
        errors.Expect(verify.Expiry?.SinceVariable is not { } since || variables.ContainsKey(since), "expiry", "must name a variable of the provider in since_variable.");
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
        new RequestRules(provider, access, variables).Check(login.Request, errors.At("request"));
        CapabilityRules.CheckFindings(login.Findings, errors.At("findings"));
        errors.Expect(login.BaseUrl is null || BaseUrlRules.IsBase(login.BaseUrl), "base_url", "must be an absolute https address of scheme, host and path, without a final slash.");
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
