using ControlPlane.Grains;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class EmbeddedDatabaseTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Open_NewDirectory_OnlyItsOwnerMayReadIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using var store = await _fixture.OpenAsync();
        await store.Probe.ProbeAsync(Cancel);

        Assert.Equal("700", Mode(_fixture.DataDirectory));
        var files = Directory.GetFiles(_fixture.DataDirectory);
        Assert.Equal(
            ["controlplane.db", "controlplane.db-shm", "controlplane.db-wal", "controlplane.lock"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal("600", Mode(file)));
    }

    [Fact]
    public async Task Open_DirectoryHeldInThisProcess_IsRefusedWithWhatToDo()
    {
        await using var first = await _fixture.OpenAsync();

        var refused = await Assert.ThrowsAsync<DataDirectoryInUseException>(_fixture.OpenAsync);

        Assert.Contains(_fixture.DataDirectory, refused.Message);
        Assert.Contains("ControlPlane__DataDirectory", refused.Message);
        await first.Probe.ProbeAsync(Cancel);
    }

    [Fact]
    public async Task Open_DirectoryHeldByOtherProcess_IsRefusedUntilThatProcessIsKilled()
    {
        using (var child = await StoreProcess.StartAsync(_fixture.DataDirectory, run: 1, writers: 1))
        {
            await Assert.ThrowsAsync<DataDirectoryInUseException>(_fixture.OpenAsync);
            await child.KillAsync();
        }

        await using var store = await _fixture.OpenAsync();
        await store.Probe.ProbeAsync(Cancel);
    }

    [Fact]
    public async Task Open_DirectoryHeldHere_OtherProcessIsRefused()
    {
        await using var store = await _fixture.OpenAsync();

        var (exit, error) = await StoreProcess.RunToEndAsync(_fixture.DataDirectory);

        Assert.Equal(3, exit);
        Assert.Contains("in use by another control plane process", error);
    }

    [Fact]
    public async Task Migrate_Again_ChangesNothing()
    {
        await using (var store = (EmbeddedStore)await _fixture.OpenAsync())
        {
            await store.Database.MigrateAsync(Cancel);
            await store.Usage.AppendAsync([Sample.Event()], Cancel);
        }

        await using var again = await _fixture.OpenAsync();

        Assert.Single((await again.Usage.PageAsync("polygon", 10, null, Cancel)).Items);
        Assert.Equal(SchemaMigrator.KnownVersion, Scalar("SELECT COUNT(*) FROM schema_version"));
    }

    [Fact]
    public async Task Migrate_NewerDatabase_IsRefusedNamingBothVersionsAndTheFix()
    {
        await (await _fixture.OpenAsync()).DisposeAsync();
        Execute("INSERT INTO schema_version (version, name, applied_at) VALUES (4711, 'later', 0)");

        var refused = await Assert.ThrowsAsync<NewerSchemaException>(_fixture.OpenAsync);

        Assert.Equal((4711, SchemaMigrator.KnownVersion), (refused.Found, refused.Known));
        Assert.Contains("4711", refused.Message);
        Assert.Contains("Start the version of the control plane that wrote it", refused.Message);
    }

    [Fact]
    public async Task Migrate_FailedHalfway_LeavesNothingBehind()
    {
        Directory.CreateDirectory(_fixture.DataDirectory);
        Execute("CREATE TABLE bots (something_else INTEGER)");

        await Assert.ThrowsAsync<StoreUnavailableException>(_fixture.OpenAsync);

        Assert.Equal(1, Scalar("SELECT COUNT(*) FROM sqlite_schema"));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(100_000)]
    public async Task Open_FileThatIsNoDatabase_IsRefusedAndLeftAlone(int size)
    {
        Directory.CreateDirectory(_fixture.DataDirectory);
        var bytes = Enumerable.Range(0, size).Select(i => (byte)(i * 7)).ToArray();
        await File.WriteAllBytesAsync(_fixture.DatabasePath, bytes, Cancel);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(_fixture.OpenAsync);

        Assert.Equal("The embedded store's file is damaged.", refused.Message);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_fixture.DatabasePath, Cancel));
    }

    [Fact]
    public async Task Open_DirectoryThatIsAFile_IsRefusedNamingTheSetting()
    {
        await File.WriteAllTextAsync(_fixture.DataDirectory, "", Cancel);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(_fixture.OpenAsync);

        Assert.Contains("ControlPlane__DataDirectory", refused.Message);
    }

    [Fact]
    public async Task Read_PagesDamagedOnDisk_ThrowsInsteadOfAnsweringLess()
    {
        await using (var store = await _fixture.OpenAsync())
        {
            await store.Usage.AppendAsync(Sample.Events(5_000), Cancel);
        }

        await using (var file = File.OpenWrite(_fixture.DatabasePath))
        {
            file.Seek(64 * 4_096, SeekOrigin.Begin);
            file.Write(new byte[file.Length - file.Position]);
        }

        // Opening reads the pages that the schema needs, so that the damage may be found there already.
        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            await using var damaged = await _fixture.OpenAsync();
            await damaged.Usage.PageAsync("polygon", 500, null, Cancel);
        });
        Assert.Equal("The embedded store's file is damaged.", failed.Message);
    }

    [Fact]
    public async Task Probe_FileDeletedUnderTheStore_Throws()
    {
        await using var store = await _fixture.OpenAsync();
        File.Delete(_fixture.DatabasePath);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Probe.ProbeAsync(Cancel));
    }

    [Fact]
    public async Task Calls_AfterDispose_Throw()
    {
        var store = (EmbeddedStore)await _fixture.OpenAsync();
        var database = store.Database;
        await store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ReadAsync(_ => 0, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.WriteAsync(WriteLane.Control, 1, _ => 0, Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.MigrateAsync(Cancel));
    }

    [Fact]
    public async Task Dispose_WithWritesQueued_WritesThemFirst()
    {
        var store = await _fixture.OpenAsync();
        var appends = Enumerable.Range(0, 200).Select(_ => store.Usage.AppendAsync(Sample.Events(20), Cancel)).ToList();

        await store.DisposeAsync();
        await Task.WhenAll(appends);

        Assert.Equal(4_000, Scalar("SELECT COUNT(*) FROM integration_usage_events"));
        Assert.False(File.Exists(_fixture.DatabasePath + "-wal"));
    }

    private long Scalar(string sql)
    {
        using var connection = SqliteAside.Open(_fixture.DatabasePath);
        return connection.Scalar(sql);
    }

    private void Execute(string sql)
    {
        using var connection = SqliteAside.Open(_fixture.DatabasePath);
        connection.Execute(sql);
    }

    private static string Mode(string path) =>
        OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
