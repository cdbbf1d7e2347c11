# The plugin's install and update hook on Windows, the same as hook.sh elsewhere: puts a helm-flink.exe of plugin.yaml's
# version at bin\helm-flink.exe, or fails and leaves everything as it was. The ways, in this order:
#   1. the binary that is there already;
#   2. the release archive from HELM_FLINK_DOWNLOAD_URL, after its sha256 was checked;
#   3. a build with `go build`, when there is no archive. HELM_FLINK_BUILD=1 asks for it: then it comes before 2, and on
#      update before 1.
# A wrong or missing checksum ends the hook: it is never a reason to try another way.
# Usage: pwsh -File hook.ps1 install|update. All messages go to stderr.
param([ValidateSet('install', 'update')][string]$Action = 'install')

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Say([string]$Text) { [Console]::Error.WriteLine("helm-flink: $Text") }

# Test-Current: the file runs, and the first line of its `version` names this plugin's version as a word of its own.
function Test-Current([string]$Path) {
    if (-not (Test-Path -LiteralPath $Path -PathType Leaf)) { return $false }
    try { $answer = & $Path version | Select-Object -First 1 } catch { return $false }
    if ($LASTEXITCODE -ne 0) { return $false }
    $words = "$answer" -split '[^0-9A-Za-z.+-]+'
    return ($words -ccontains $Version) -or ($words -ccontains "v$Version")
}

# Install-Binary makes the two programs in the folder the plugin's. All is on one volume; the one that the version is asked
# of comes last.
function Install-Binary([string]$Folder) {
    $path = Join-Path $Folder 'helm-flink.exe'
    if (-not (Test-Current $path)) {
        throw "the new binary does not run here, or its version is not ${Version}: nothing was installed"
    }
    Move-Item -LiteralPath (Join-Path $Folder $Helper) -Destination (Join-Path $Bin $Helper) -Force
    Move-Item -LiteralPath $path -Destination $Binary -Force
}

# Get-Remote: 'ok', 'absent' (the server says that there is no such file) or 'unreachable'; throws on anything else.
function Get-Remote([string]$Url, [string]$Path) {
    try {
        Invoke-WebRequest -UseBasicParsing -Uri $Url -OutFile $Path -TimeoutSec 300 | Out-Null
        return 'ok'
    } catch {
        $response = $_.Exception.PSObject.Properties['Response']
        if ($null -eq $response -or $null -eq $response.Value) {
            Say "${Url}: $($_.Exception.Message)"
            return 'unreachable'
        }
        $code = [int]$response.Value.StatusCode
        Say "${Url}: HTTP $code"
        if ($code -eq 404 -or $code -eq 410) { return 'absent' }
        throw "cannot fetch $Url. HELM_FLINK_BUILD=1 builds from source instead"
    }
}

# Test-Sum throws unless the archive has the sum that the release's list names, exactly once.
function Test-Sum([string]$Path, [string]$Archive) {
    $list = "helm-flink_${Version}_checksums.txt"
    $file = Join-Path $Temp $list
    if ((Get-Remote "$Base/$list" $file) -ne 'ok') {
        throw "no checksum for ${Archive}: not installed. HELM_FLINK_BUILD=1 builds from source instead"
    }
    $sums = @(Get-Content -LiteralPath $file | Where-Object { $_ -match '^([0-9A-Fa-f]{64}) [ *](.+?)\s*$' -and
            $Matches[2] -ceq $Archive } | ForEach-Object { $_.Substring(0, 64) })
    if ($sums.Count -ne 1) { throw "$list has no single sha256 of ${Archive}: not installed" }
    $got = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
    if ($got -ine $sums[0]) {
        throw "$Archive does not have the sha256 that $list names: not installed (want $($sums[0]), got $got)"
    }
}

# Install-Archive: $true when installed, $false when there is no archive to be had; throws on anything else.
function Install-Archive {
    $arch = switch ($env:PROCESSOR_ARCHITECTURE) { 'AMD64' { 'amd64' } 'ARM64' { 'arm64' } default { '' } }
    if ($arch -eq '') {
        Say "there is no release archive for Windows on $env:PROCESSOR_ARCHITECTURE"
        return $false
    }
    $archive = "helm-flink_${Version}_windows_$arch.tgz"
    $path = Join-Path $Temp $archive
    Say "fetching $Base/$archive"
    if ((Get-Remote "$Base/$archive" $path) -ne 'ok') { return $false }
    Test-Sum $path $archive
    foreach ($program in 'helm-flink.exe', $Helper) {
        & tar -xzf $path -C $Temp "bin/$program"
        if ($LASTEXITCODE -ne 0) { throw "$archive holds no bin/$program" }
    }
    Install-Binary (Join-Path $Temp 'bin')
    Say "installed $Version from the release archive, its sha256 is right"
    return $true
}

# Install-Built builds from the source in this folder; throws when it cannot.
function Install-Built {
    $needs = 'Go (https://go.dev/dl), then run: $env:HELM_FLINK_BUILD=1; ' + "pwsh -File `"$Dir\hook.ps1`" install"
    if (-not (Test-Path -LiteralPath (Join-Path $Dir 'go.mod'))) {
        throw "$Dir holds no source to build from. Put the binary of release $Version at $Binary"
    }
    if (-not (Get-Command go -ErrorAction SilentlyContinue)) {
        throw "no go is on PATH. Install $needs. Or put the binary of release $Version at $Binary"
    }
    Say "building $Version from source with $(& go version)"
    $out = (Join-Path $Temp 'bin') + [System.IO.Path]::DirectorySeparatorChar
    $env:GOWORK = 'off'
    & go -C $Dir build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$Version" -o $out ./cmd/helm-flink ./cmd/helm-flink-capacity | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "go build did not succeed. It needs a current $needs" }
    Install-Binary $out
    Say "installed $Version, built from source"
}

$Temp = ''
try {
    $Dir = if ($env:HELM_PLUGIN_DIR) { $env:HELM_PLUGIN_DIR } else { $PSScriptRoot }
    $Dir = (Resolve-Path -LiteralPath $Dir).ProviderPath
    $Bin = Join-Path $Dir 'bin'
    $Binary = Join-Path $Bin 'helm-flink.exe'
    $Helper = 'helm-flink-capacity.exe'
    $found = Select-String -LiteralPath (Join-Path $Dir 'plugin.yaml') -Pattern '^version: *"?([0-9A-Za-z.+-]+)"? *$'
    if (-not $found) { throw "$Dir\plugin.yaml names no version" }
    $Version = $found.Matches[0].Groups[1].Value
    $Base = $env:HELM_FLINK_DOWNLOAD_URL
    if (-not $Base) { $Base = "https://github.com/helm-flink/helm-flink/releases/download/v$Version" }
    $Base = $Base.TrimEnd('/')
    $asked = $env:HELM_FLINK_BUILD -and ($env:HELM_FLINK_BUILD -notin '0', 'false', 'no')

    if (-not ($asked -and $Action -eq 'update') -and (Test-Current $Binary)) {
        Say "bin\helm-flink.exe $Version is here already, nothing to do"
        exit 0
    }
    $Temp = Join-Path $Bin ('.install.' + [System.IO.Path]::GetRandomFileName())
    New-Item -ItemType Directory -Path $Temp -Force | Out-Null
    if ($asked) {
        Install-Built
    } elseif (-not (Install-Archive)) {
        Say 'building from source instead'
        Install-Built
    }
} catch {
    Say "error: $($_.Exception.Message)"
    exit 1
} finally {
    if ($Temp -and (Test-Path -LiteralPath $Temp)) { Remove-Item -LiteralPath $Temp -Recurse -Force }
}
