namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class CatalogueValidatorTests
{
    private const string Valid = """{"status":[200],"verdict":"valid"}""";

    [Fact]
    public void Sample_Unbroken_HasNoErrors() => Assert.Empty(SampleCatalogue.Errors(SampleCatalogue.Provider()));

    [Theory]
    [InlineData("id", "\"Sample\"", "id", "2 to 40 lower-case")]
    [InlineData("name", "\" \"", "name", "must not be blank")]
    [InlineData("category", "\"bank\"", "category", "must be one of market_data, broker")]
    [InlineData("base_url", "\"http://api.sample.test\"", "base_url", "absolute https address")]
    [InlineData("base_url", "\"https://api.sample.test/\"", "base_url", "without a final slash")]
    [InlineData("base_url", "\"https://user@api.sample.test\"", "base_url", "absolute https address")]
    [InlineData("base_url", "\"https://{SAMPLE_ENV}.sample.test\"", "base_url", "one whole {VARIABLE}")]
    [InlineData("base_url", "\"{OTHER}\"", "base_url", "not the main name of a variable")]
    [InlineData("base_url", "\"{SAMPLE_KEY}\"", "base_url", "is secret")]
    [InlineData("base_url", "\"{SAMPLE_NOTE}\"", "base_url", "required by every way")]
    [InlineData("base_url_by.variable", "\"OTHER\"", "base_url_by.variable", "not the main name")]
    [InlineData("base_url_by.variable", "\"SAMPLE_KEY\"", "base_url_by.variable", "is secret")]
    [InlineData("base_url_by.values", "{}", "base_url_by.values", "at least one value")]
    [InlineData("base_url_by.values", """{"demo":"ftp://x.test"}""", "base_url_by.values.demo", "absolute https address")]
    [InlineData("base_url_by.values", """{"live":"https://x.test"}""", "base_url_by.values", "lacks the default")]
    [InlineData("base_url_by.values", """{"demo":"https://x.test","DEMO":"https://y.test"}""", "base_url_by.values", "differ in case alone")]
    [InlineData("variables", "[]", "variables", "at least one variable")]
    [InlineData("variables[0].name", "\"sample_key\"", "variables[0].name", "upper-case")]
    [InlineData("variables[0].aliases", "[\"bad name\"]", "variables[0].aliases[0]", "upper-case")]
    [InlineData("variables[1].name", "\"SAMPLE_KEY\"", "variables[1].name", "declared twice")]
    [InlineData("variables[0].aliases", "[\"SAMPLE_ENV\"]", "variables[2].name", "declared twice")]
    [InlineData("variables[0].format", "\"(\"", "variables[0].format", "regular expression without look-around")]
    [InlineData("variables[0].format", "\"(?=a)\"", "variables[0].format", "regular expression without look-around")]
    [InlineData("variables[0].default", "\"abc\"", "variables[0].default", "not allowed on a secret")]
    [InlineData("access", "[]", "access", "at least one way")]
    [InlineData("access[0].name", "\"\"", "access[0].name", "must not be blank")]
    [InlineData("access[1].name", "\"api key\"", "access[1].name", "another way to connect")]
    [InlineData("access[0].requires", "[]", "access[0].requires", "at least one variable")]
    [InlineData("access[0].requires", "[\"SAMPLE_KEY\",\"SAMPLE_KEY\"]", "access[0].requires", "each variable once")]
    [InlineData("access[0].requires[1]", "\"OTHER\"", "access[0].requires[1]", "not the main name")]
    [InlineData("access[1].verify", null, "no_verify_reason", "must say why")]
    [InlineData("access[1].verify.kind", "\"morse\"", "access[1].verify.kind", "must be one of http, session, aws")]
    [InlineData("access[1].verify.kind", "\"okx\"", "access[1].verify.kind", "Name all 3")]
    [InlineData("access[1].verify.kind", "\"session\"", "access[1].verify.login", "is missing")]
    [InlineData("access[0].verify.kind", "\"http\"", "access[0].verify.login", "kind session only")]
    [InlineData("access[0].verify.min_interval_s", "0", "access[0].verify.min_interval_s", "1 to 86400")]
    [InlineData("access[0].verify.min_interval_s", "86401", "access[0].verify.min_interval_s", "1 to 86400")]
    [InlineData("access[0].verify.request.headers", "{}", "access[0].verify.request", "must use {token}")]
    [InlineData("access[0].verify.login.token_path", "\"\"", "access[0].verify.login.token_path", "member of the answer")]
    [InlineData("access[0].verify.login.token_lifetime_s", "0", "access[0].verify.login.token_lifetime_s", "1 to 2592000")]
    [InlineData("access[0].verify.login.token_variable", "\"SAMPLE_NOTE\"", "access[0].verify.login.token_variable", "secret variable")]
    [InlineData("access[0].verify.login.outcomes", "[]", "access[0].verify.login.outcomes", "must not be empty")]
    [InlineData("access[0].verify.login.request.path", "\"/{token}\"", "access[0].verify.login.request.path", "not the main name")]
    [InlineData("access[1].verify.request.method", "\"get\"", "access[1].verify.request.method", "must be one of GET")]
    [InlineData("access[1].verify.request.path", "\"me\"", "access[1].verify.request.path", "start with one slash")]
    [InlineData("access[1].verify.request.path", "\"//evil.test/\"", "access[1].verify.request.path", "start with one slash")]
    [InlineData("access[1].verify.request.path", "\"/a#b\"", "access[1].verify.request.path", "fragments")]
    [InlineData("access[1].verify.request.path", "\"/{OTHER}\"", "access[1].verify.request.path", "not the main name")]
    [InlineData("access[1].verify.request.path", "\"/{SAMPLE_NOTE}\"", "access[1].verify.request.path", "may be absent here")]
    [InlineData("access[1].verify.request.headers", """{"Host":"x"}""", "access[1].verify.request.headers.Host", "set by the engine")]
    [InlineData("access[1].verify.request.headers", """{"traceparent":"x"}""", "access[1].verify.request.headers.traceparent", "set by the engine")]
    [InlineData("access[1].verify.request.headers", """{"a b":"x"}""", "access[1].verify.request.headers.a b", "not the name of a header")]
    [InlineData("access[1].verify.request.headers", """{"a":"x","A":"y"}""", "access[1].verify.request.headers.A", "in case alone")]
    [InlineData("access[1].verify.request.headers", """{"a":"x\r\ny"}""", "access[1].verify.request.headers.a", "printable ASCII")]
    [InlineData("access[1].verify.request.headers", """{"a":"n {SAMPLE_NOTE}"}""", "access[1].verify.request.headers.a", "may be absent here")]
    [InlineData("access[1].verify.request.form", """{"a":"{OTHER}"}""", "access[1].verify.request.form.a", "not the main name")]
    [InlineData("access[1].verify.request.json", """{"a":[{"b":"{OTHER}"}]}""", "access[1].verify.request.json.a[0].b", "not the main name")]
    [InlineData("access[1].verify.request.json", "{}", "access[1].verify.request.method", "with a body")]
    [InlineData("access[1].verify.request.basic", """{"username":"{SAMPLE_NOTE}","password":"x"}""", "access[1].verify.request.basic.username", "may be absent here")]
    [InlineData("access[1].verify.outcomes", "[]", "access[1].verify.outcomes", "must not be empty")]
    [InlineData("access[1].verify.outcomes[0].verdict", "\"ok\"", "access[1].verify.outcomes[0].verdict", "must be one of valid")]
    [InlineData("access[1].verify.outcomes[0].verdict", "\"invalid\"", "access[1].verify.outcomes", "at least one rule with the verdict valid")]
    [InlineData("access[1].verify.outcomes[0].code", "\"fine\"", "access[1].verify.outcomes[0].code", "must be absent")]
    [InlineData("access[0].verify.outcomes[1].code", null, "access[0].verify.outcomes[1].code", "is missing")]
    [InlineData("access[0].verify.outcomes[1].code", "\"Key Rejected\"", "access[0].verify.outcomes[1].code", "lower-case")]
    [InlineData("access[0].verify.outcomes[1].status", "[42]", "access[0].verify.outcomes[1].status[0]", "200 to 599")]
    [InlineData("access[0].verify.outcomes[1].status", "[]", "access[0].verify.outcomes[1].status", "would match anything")]
    [InlineData("access[0].verify.outcomes[1].message", "\"\"", "access[0].verify.outcomes[1].message", "must not be blank")]
    [InlineData("access[0].verify.outcomes[1].retry_after_s", "0", "access[0].verify.outcomes[1].retry_after_s", "1 to 86400")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"xml_has"}""", "access[1].verify.outcomes[0].when.type", "not a known predicate")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"json_has"}""", "access[1].verify.outcomes[0].when.path", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"json_equals","path":"a"}""", "access[1].verify.outcomes[0].when.value", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"json_in","path":"a","value":1}""", "access[1].verify.outcomes[0].when.value", "must be a list")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"json_gt","path":"a","value":"1"}""", "access[1].verify.outcomes[0].when.value", "must be a number")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"body_contains","value":1}""", "access[1].verify.outcomes[0].when.value", "must be a text")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"body_contains","value":""}""", "access[1].verify.outcomes[0].when.value", "must not be empty")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"json_array_min"}""", "access[1].verify.outcomes[0].when.min", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"json_array_max"}""", "access[1].verify.outcomes[0].when.max", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"header_equals","value":"a"}""", "access[1].verify.outcomes[0].when.path", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"all"}""", "access[1].verify.outcomes[0].when.items", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"not"}""", "access[1].verify.outcomes[0].when.item", "needs it")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"body_empty","path":"a"}""", "access[1].verify.outcomes[0].when.path", "is not used")]
    [InlineData("access[1].verify.outcomes[0].when", """{"type":"any","items":[{"type":"not","item":{"type":"nope"}}]}""", "access[1].verify.outcomes[0].when.items[0].item.type", "not a known predicate")]
    [InlineData("how_to_connect", "[]", "how_to_connect", "at least one step")]
    [InlineData("how_to_connect", "[\"\"]", "how_to_connect[0]", "must not be blank")]
    [InlineData("colour", "1", "colour", "is not a field here")]
    [InlineData("access[0].verify.request.bodyy", "1", "access[0].verify.request.bodyy", "is not a field here")]
    [InlineData("name", null, "name", "is missing")]
    [InlineData("name", "7", "name", "must be a text")]
    [InlineData("access[1].requires", "\"SAMPLE_KEY\"", "access[1].requires", "must be a list")]
    [InlineData("access[1].requires", "null", "access[1].requires", "must not be null")]
    [InlineData("access[1].verify.min_interval_s", "1.5", "access[1].verify.min_interval_s", "must be a whole number")]
    [InlineData("variables[0].secret", "\"yes\"", "variables[0].secret", "must be true or false")]
    public void Validator_BrokenRule_NamesPathFieldAndRule(string place, string? json, string field, string rule)
    {
        var errors = SampleCatalogue.Errors(SampleCatalogue.With(place, json));

        Assert.Contains(errors, error =>
            error.Path == SampleCatalogue.Path && error.Field == field && error.Rule.Contains(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void Validator_BodyTwice_NamesForm()
    {
        var provider = SampleCatalogue.With("access[1].verify.request", """{"method":"POST","path":"/","json":{},"form":{}}""");
        Assert.Contains(SampleCatalogue.Errors(provider), error => error.Field == "access[1].verify.request.form");
    }

    [Fact]
    public void Validator_BasicBesideAuthorization_NamesBasic()
    {
        var provider = SampleCatalogue.With(
            "access[1].verify.request", """{"path":"/","headers":{"authorization":"x"},"basic":{"username":"a","password":"b"}}""");
        Assert.Contains(SampleCatalogue.Errors(provider), error => error.Field == "access[1].verify.request.basic");
    }

    [Fact]
    public void Validator_SeveralBrokenRules_TellsAll()
    {
        var provider = SampleCatalogue.With("category", "\"bank\"");
        provider["name"] = "";
        provider["access"]![0]!["verify"]!["min_interval_s"] = 0;

        Assert.Equal(["name", "category", "access[0].verify.min_interval_s"], SampleCatalogue.Errors(provider).Select(error => error.Field));
    }

    [Fact]
    public void Validator_SameIdInTwoFiles_NamesTheOtherFile()
    {
        var file = SampleCatalogue.Provider().ToJsonString();
        var error = Assert.Single(SampleCatalogue.Errors(file, file));
        Assert.Equal(("1-sample.json", "id"), (error.Path, error.Field));
        Assert.Contains("sample.json", error.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Validator_ListOfProviders_NamesTheItem()
    {
        var error = Assert.Single(SampleCatalogue.Errors($"[{SampleCatalogue.With("category", "\"bank\"").ToJsonString()}]"));
        Assert.Equal("[0].category", error.Field);
    }

    [Theory]
    [InlineData("{ \"id\": ", "line 1")]
    [InlineData("{ \"id\": \"a\", \"id\": \"b\" }", "")]
    [InlineData("[] []", "line 1")]
    [InlineData("", "")]
    public void Validator_NoJson_NamesTheFile(string text, string rule)
    {
        var error = Assert.Single(SampleCatalogue.Errors(text));
        Assert.Equal((SampleCatalogue.Path, ""), (error.Path, error.Field));
        Assert.Contains(rule, error.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Exception_Message_ListsEveryError()
    {
        var provider = SampleCatalogue.With("category", "\"bank\"");
        provider["access"]![0]!["verify"]!["outcomes"] = System.Text.Json.Nodes.JsonNode.Parse($"[{Valid},{{\"verdict\":\"locked\"}}]");
        var broken = Assert.Throws<ControlPlane.Grains.Integrations.Catalogue.CatalogueException>(() => SampleCatalogue.Load(provider.ToJsonString()));
        Assert.All(broken.Errors, error => Assert.Contains(error.ToString(), broken.Message, StringComparison.Ordinal));
        Assert.True(broken.Errors.Length >= 3);
    }
}
