-- Landfall's part of an HAProxy of version 2.6 or later: what no rule of its configuration can do. It takes
-- orders (comparing epochs, keeping them on disk and putting them in force in one step), holds requests,
-- knows networks, looks at the health of both sides, and tells all of it to whoever may read.
-- One file, although a long one, because it is installed by hand.
--
-- Loaded once for each route, in the section "global", with what it is about in a variable, as HAProxy hands
-- over no arguments before 2.7:
--   setenv LANDFALL "ROUTE FOLDER CHROOT USER-HEADER USER-COOKIE GROUP-HEADER HELD-MOST"
--   lua-load FILE
-- "-" stands for none. FOLDER must be writable by the user that HAProxy runs as, and lie in CHROOT if any.
--
-- HAProxy runs the Lua code of all its threads under one lock and lets others in only where a function waits,
-- or has run 10,000 instructions (tune.lua.forced-yield) since it was last let in itself. What must be one step
-- here is far shorter and waits for nothing. What takes long is done by a task: a function that is called over a
-- socket must not wait, as HAProxy 2.6.12 crashes when one calls core.yield or core.msleep.
--
-- HAProxy lets whoever can open one of its sockets change maps and call functions like these, on whatever level:
-- the mode of the socket is what protects them.

local FORM = 1

if not landfall then
  landfall = { routes = {} }
end
local routes = landfall.routes

local function millis()
  local now = core.now()
  return now.sec * 1000 + now.usec // 1000
end

local function split(text, separator)
  local parts = {}
  for part in (text .. separator):gmatch("(.-)%" .. separator) do
    parts[#parts + 1] = part
  end
  return parts
end

local function read(path)
  local file = io.open(path, "r")
  if not file then
    return nil
  end
  local text = file:read("a")
  file:close()
  return text
end

-- Either the old or the new file is there.
local function replace(path, text)
  local file, why = io.open(path .. ".new", "w")
  if not file then
    return why
  end
  local written, trouble = file:write(text)
  local closed, late = file:close()
  if not written or not closed then
    return trouble or late
  end
  local renamed, cause = os.rename(path .. ".new", path)
  return not renamed and cause or nil
end

------------------------------------------------------------------------------------------------------------
-- The standing: what order there is, and what became of its hold.

local NAMES = { "epoch", "hold", "identity", "health", "rule", "alone", "json" }

local function order_of(record)
  local parts = split(record, "|")
  if #parts ~= #NAMES then
    return nil
  end
  local order = { record = record }
  for i, name in ipairs(NAMES) do
    order[name] = parts[i]
  end
  order.epoch = math.tointeger(tonumber(order.epoch))
  order.hold = math.tointeger(tonumber(order.hold))
  if not order.epoch or not order.hold then
    return nil
  end
  return order
end

local function tag_of(rule)
  return split(rule, "!")[4]
end

local function until_of(standing)
  return standing.since and standing.since + standing.order.hold or 0
end

local function holding(standing, now)
  return standing ~= nil and standing.since ~= nil and now < until_of(standing)
end

-- What the rules of the configuration read for every request: epoch|held until|rule. Those who are held, or come
-- when the hold has run out, are told their rule by the function hold.
local function now_of(standing)
  return table.concat({ standing.order.epoch, until_of(standing), standing.order.rule }, "|")
end

-- The standing once an order is taken.
local function take(standing, given, now)
  if given.hold == 0 then
    return { order = given }
  end
  local since = holding(standing, now) and standing.since or now
  local back = standing and (standing.back or standing.order.rule) or given.alone
  return { order = given, since = since, back = back }
end

local function text_of(standing)
  return table.concat({
    "now " .. now_of(standing),
    "form " .. FORM,
    "revision " .. standing.revision,
    "since " .. (standing.since or "-"),
    "back " .. (standing.back or "-"),
    "order " .. standing.order.record,
    "end",
    "",
  }, "\n")
end

local function standing_of(text)
  local found = {}
  for key, value in text:gmatch("(%l+) ([^\n]*)\n") do
    found[key] = value
  end
  local order = found.order and order_of(found.order)
  local since = math.tointeger(tonumber(found.since))
  if not order or tonumber(found.form) ~= FORM or text:sub(-5) ~= "\nend\n" then
    return nil
  end
  return {
    order = order,
    revision = math.tointeger(tonumber(found.revision)) or 0,
    -- However the clock was set meanwhile, a hold lasts no longer than its order says.
    since = since and math.min(since, millis()),
    back = found.back ~= "-" and found.back or nil,
  }
end

------------------------------------------------------------------------------------------------------------
-- Who is named. Each list has a tag that follows from what is in it, so that lists are only ever added:
-- whoever writes one for an order that is refused in the end harms nobody. A line of the file:
--   TAG KIND VALUE     KIND: mu mg mn ku kg kn, moved or kept user, group, network
--   TAG end COUNT

local function list_of(route, tag)
  local list = route.lists[tag]
  if not list then
    list = { count = 0, parts = {}, networks = { m = {}, k = {} } }
    route.lists[tag] = list
  end
  return list
end

-- A network is 32 hexadecimal digits, a dot, the length of its prefix, a dot, and how it was written.
local function add_network(list, kind, value)
  local address, prefix = value:match("^(%x+)%.(%d+)%.")
  local of_prefix = list.networks[kind:sub(1, 1)]
  prefix = tonumber(prefix)
  of_prefix[prefix] = of_prefix[prefix] or {}
  of_prefix[prefix][address] = true
end

-- Takes lines of one list, "KIND=VALUE,KIND=VALUE", into memory.
local function add_part(list, part)
  list.parts[#list.parts + 1] = part
  for kind, value in part:gmatch("(%l%l)=([^,]*)") do
    list.count = list.count + 1
    if kind:sub(2) == "n" then
      add_network(list, kind, value)
    end
  end
end

local function masked(address, prefix)
  local whole = prefix // 4
  local bits = prefix % 4
  local kept = address:sub(1, whole)
  if bits > 0 then
    local digit = tonumber(address:sub(whole + 1, whole + 1), 16)
    kept = kept .. string.format("%x", digit & (0xf0 >> bits) & 0xf)
  end
  return kept .. string.rep("0", 32 - #kept)
end

local function comes_from(of_prefix, address)
  for prefix, addresses in pairs(of_prefix) do
    if addresses[masked(address, prefix)] then
      return true
    end
  end
  return false
end

-- The map that the rules look in, as it is at the start: VALUE/KIND/TAG k|m. Who is kept comes before who
-- is moved, as the first of equal keys counts.
local function map_text(lists)
  local kept, moved = {}, {}
  for tag, list in pairs(lists) do
    for _, part in ipairs(list.parts) do
      for side, kind, value in part:gmatch("([mk])([ug])=([^,]*)") do
        local into = side == "k" and kept or moved
        into[#into + 1] = value .. "/" .. kind .. "/" .. tag .. " " .. side .. "\n"
      end
    end
  end
  return table.concat(kept) .. table.concat(moved)
end

local function lists_text(lists)
  local lines = {}
  for tag, list in pairs(lists) do
    for _, part in ipairs(list.parts) do
      lines[#lines + 1] = tag .. " " .. part .. "\n"
    end
    lines[#lines + 1] = tag .. " end=" .. list.count .. "\n"
  end
  return table.concat(lines)
end

local function read_lists(text)
  local route = { lists = {} }
  for tag, part in text:gmatch("(%x+) ([^\n]*)\n") do
    local list = list_of(route, tag)
    local count = part:match("^end=(%d+)$")
    if count then
      list.whole = list.count == tonumber(count)
    elseif not list.whole then
      add_part(list, part)
    end
  end
  for tag, list in pairs(route.lists) do
    if not list.whole then
      route.lists[tag] = nil
    end
  end
  return route.lists
end

------------------------------------------------------------------------------------------------------------
-- One route.

local function put_in_force(route, standing)
  core.set_map(route.state_map, "now", now_of(standing))
  route.standing = standing
end

local function fill_map(route, tag, list)
  for line in map_text({ [tag] = list }):gmatch("[^\n]+") do
    local key, value = line:match("^(%S+) (%S+)$")
    core.set_map(route.lists_map, key, value)
  end
end

-- Several processes share the file while HAProxy is reloaded; the one with the highest revision counts.
-- The entries of lists that somebody has put into the map are not put there again.
local function follow(route)
  local text = read(route.runtime .. ".state.map")
  if not text or text == route.text then
    return
  end
  local standing = standing_of(text)
  if standing and standing.revision >= (route.standing and route.standing.revision or 0) then
    for _, rule in ipairs({ standing.order.rule, standing.back or standing.order.rule }) do
      local tag = tag_of(rule)
      if tag ~= "-" and not (route.lists[tag] and route.lists[tag].whole) then
        local list = read_lists(read(route.runtime .. ".lists") or "")[tag]
        if not list then
          return
        end
        if not route.in_map[tag] then
          fill_map(route, tag, list)
        end
        route.lists[tag] = list
      end
    end
    put_in_force(route, standing)
    route.text = text
  end
end

-- Whether nobody has written the file but this process, or it has followed.
local function up_to_date(route)
  local text = read(route.runtime .. ".state.map")
  return not text or text == route.text
end

-- Those that somebody goes by, or may be about to.
local function lists_in_use(route)
  local known = {}
  local standing = route.standing
  for tag, list in pairs(route.lists) do
    local in_use = standing and (tag == tag_of(standing.order.rule) or standing.back and tag == tag_of(standing.back))
    if in_use or list.kept_at and list.kept_at > millis() - 600000 then
      known[tag] = list
    end
  end
  return known
end

-- Writes down the lists that have come whole, and forgets those that nobody goes by any more.
local function finish_lists(route)
  while #route.finished > 0 do
    local tag = table.remove(route.finished)
    local list = route.coming[tag]
    if list then
      local known = lists_in_use(route)
      known[tag] = list
      local why = replace(route.runtime .. ".lists", lists_text(known))
      route.coming[tag] = nil
      if why then
        route.trouble[tag] = why
      else
        list.whole = true
        list.kept_at = millis()
        route.lists = known
      end
    end
  end
end

local function stopping()
  local info = core.get_info()
  return tostring(info["Stopping"] or "0") ~= "0"
end

local function probe(address, port, path)
  local socket = core.tcp()
  socket:settimeout(2)
  local healthy = socket:connect(address, tonumber(port)) ~= nil
  if healthy and path ~= "" then
    socket:send("GET " .. path .. " HTTP/1.0\r\nHost: " .. address .. "\r\nConnection: close\r\n\r\n")
    local line = socket:receive("*l")
    healthy = line ~= nil and line:match("^HTTP/1%.%d 2%d%d") ~= nil
  end
  socket:close()
  return healthy
end

local function look_at_health(route)
  local order = route.standing and route.standing.order
  if order then
    local parts = split(order.rule, "!")
    for side, first in pairs({ source = 6, target = 8 }) do
      local what = parts[first] .. " " .. parts[first + 1] .. " " .. order.health
      local fine, healthy = pcall(probe, parts[first], parts[first + 1], order.health)
      route.health[side] = { what = what, healthy = fine and healthy }
    end
  end
end

local function health_of(route, side, first)
  local order = route.standing and route.standing.order
  local seen = route.health[side]
  if not order or not seen then
    return "-"
  end
  local parts = split(order.rule, "!")
  local what = parts[first] .. " " .. parts[first + 1] .. " " .. order.health
  return seen.what == what and (seen.healthy and "1" or "0") or "-"
end

------------------------------------------------------------------------------------------------------------
-- Holds.

-- Asks again the less often the more there are, so that a thousand do not keep a processor busy.
local function pause(route)
  return 5 + route.waiting // 10
end

local function leave(route, waiter)
  if route.waiters[waiter] then
    route.waiters[waiter] = nil
    route.waiting = route.waiting - 1
    route.held[waiter.backend] = route.held[waiter.backend] - 1
    route.held_max = math.max(route.held_max, millis() - waiter.since)
  end
end

local function hold(txn, name)
  local route = routes[name]
  local now = millis()
  if not route.standing then
    -- The file could not be read: nobody knows whom to let where.
    txn:set_var("txn.lf_rule", "full")
    return
  end
  if holding(route.standing, now) then
    if route.waiting >= route.held_most then
      txn:set_var("txn.lf_rule", "full")
      return
    end
    local waiter = { backend = txn.f:be_name(), since = now, seen = now }
    route.waiters[waiter] = true
    route.waiting = route.waiting + 1
    route.held[waiter.backend] = (route.held[waiter.backend] or 0) + 1
    while holding(route.standing, now) do
      core.msleep(pause(route))
      now = millis()
      waiter.seen = now
    end
    leave(route, waiter)
  end
  local standing = route.standing
  txn:set_var("txn.lf_rule", standing.since and standing.back or standing.order.rule)
end

-- A user who goes away in a hold ends its waiting without a word.
local function forget_the_gone(route)
  core.yield()
  local gone = millis() - 1000 - 2 * pause(route)
  for waiter in pairs(route.waiters) do
    if waiter.seen < gone then
      leave(route, waiter)
    end
  end
end

local function networks(txn, name)
  local route = routes[name]
  local rule = txn:get_var("txn.lf_rule")
  local list = route.lists[tag_of(rule)]
  local address = txn:get_var("txn.lf_src")
  if not list or not address then
    return
  end
  address = address:lower()
  if #address == 8 then
    address = "00000000000000000000ffff" .. address
  end
  if comes_from(list.networks.k, address) then
    txn:set_var("txn.lf_net", "k")
  elseif comes_from(list.networks.m, address) then
    txn:set_var("txn.lf_net", "m")
  end
end

------------------------------------------------------------------------------------------------------------
-- What became of requests, by group of users: how many, how many failed, and by the time until the head of the
-- answer, within 250 microseconds, 500, 1000 ..., and at last beyond all of the bounds.

local BOUNDS = 17

-- Users, each counted as one: how many requests came of those who were well, and how many of these put their user into
-- trouble. Trouble is over ten minutes after it has begun; until then its user is in neither count. To bound what is
-- remembered, only every second user is looked at when too many are in trouble, then every fourth: those whose marks end
-- in so many zero bits, in whatever group. When it has become quiet twice as many are looked at, and those who come anew
-- are only watched for ten minutes, as nobody knows what trouble they are in. What is told must not take long here, so
-- nobody is ever searched for and thrown out: those in trouble are in two tables, of which the older is dropped as a whole.

local QUIET = 600
local REMEMBERED = 16384

local function users()
  local all = { mask = 0, newcomers = 0, newcomers_until = 0 }
  all.troubled, all.troubles, all.before, all.troubles_before, all.turned = {}, 0, {}, 0, 0
  for _, group in ipairs({ "moved", "stayed", "stayedToo" }) do
    all[group] = { requests = 0, harmed = 0 }
  end
  return all
end

local function turn(all, now)
  if now - all.turned < QUIET then
    return
  end
  local quiet = all.troubles <= REMEMBERED // 4 and all.troubles_before <= REMEMBERED // 4
  all.before, all.troubles_before, all.troubled, all.troubles = all.troubled, all.troubles, {}, 0
  all.turned = now
  if quiet and all.mask ~= 0 and now >= all.newcomers_until then
    all.newcomers = all.mask
    all.newcomers_until = now + QUIET
    all.mask = all.mask >> 1
  end
end

local function count_user(all, group, mark, failed)
  local now = core.now().sec
  turn(all, now)
  if mark & all.mask ~= 0 then
    return
  end
  local since = all.troubled[mark] or all.before[mark]
  if since and now - since < QUIET then
    return
  end
  local counts = now >= all.newcomers_until or mark & all.newcomers == 0
  if counts then
    all[group].requests = all[group].requests + 1
  end
  if failed then
    if counts then
      all[group].harmed = all[group].harmed + 1
    end
    all.troubled[mark] = now
    all.troubles = all.troubles + 1
    if all.troubles > REMEMBERED then
      all.mask = all.mask * 2 + 1
      all.troubles = 0
      all.newcomers_until = 0
    end
  end
end

local function count(txn, name)
  local group = "moved"
  if txn:get_var("txn.lf_side") ~= "target" then
    group = txn:get_var("txn.lf_half") == 0 and "stayed" or "stayedToo"
  end
  local tally = routes[name].tallies[group]
  local status = txn:get_var("txn.lf_status")
  local took = txn:get_var("txn.lf_took")
  local at = 1
  local bound = 250
  while at <= BOUNDS and (not status or took > bound) do
    at = at + 1
    bound = bound * 2
  end
  tally.requests = tally.requests + 1
  tally[at] = tally[at] + 1
  local failed = not status or status >= 500
  if failed then
    tally.failed = tally.failed + 1
  end
  if txn:get_var("txn.lf_mode") == "p" then
    local mark = txn:get_var("txn.lf_mark")
    if mark then
      count_user(routes[name].users, group, mark, failed)
    else
      -- The configuration is of an older version, and names no users.
      routes[name].users.unknown = true
    end
  end
  return at
end

local function tallies()
  local all = {}
  for _, group in ipairs({ "moved", "stayed", "stayedToo" }) do
    local tally = { requests = 0, failed = 0 }
    for at = 1, BOUNDS + 1 do
      tally[at] = 0
    end
    all[group] = tally
  end
  return all
end

------------------------------------------------------------------------------------------------------------
-- What controllers ask.

local verbs = {}

local function number(value)
  return math.tointeger(tonumber(value)) or 0
end

function verbs.look(route)
  local now = millis()
  local standing = route.standing
  local answer = { "landfall " .. FORM, "identity " .. route.identity }
  local in_flight = {}
  local refused = 0
  for _, kind in ipairs({ "reads", "writes", "upgrades" }) do
    local name = "landfall_" .. route.name .. "_" .. kind
    local backend = core.backends[name]
    if not backend then
      return "missing " .. name
    end
    local sent = 0
    for _, side in ipairs({ "source", "target" }) do
      sent = sent + number(backend.servers[side]:get_stats().scur)
    end
    -- Who waits cannot go on during this function, so that nobody under way is left out. Those who have come
    -- in and not yet asked whether to wait are counted as under way.
    local stats = backend:get_stats()
    in_flight[kind] = math.max(sent, number(stats.scur) - (route.held[name] or 0))
    refused = refused + number(stats.dreq) + number(stats.econ) + number(stats.eresp)
  end
  local function tell(key, value)
    answer[#answer + 1] = key .. " " .. tostring(value)
  end
  tell("stateMap", route.state_map)
  tell("listsMap", route.lists_map)
  tell("reads", in_flight.reads)
  tell("writes", in_flight.writes)
  tell("upgrades", in_flight.upgrades)
  tell("held", route.waiting)
  tell("heldMax", route.held_max)
  tell("refused", refused)
  tell("source", health_of(route, "source", 6))
  tell("target", health_of(route, "target", 8))
  for group, tally in pairs(route.tallies) do
    tell(group, tally.requests .. " " .. tally.failed .. " " .. table.concat(tally, " "))
    if not route.users.unknown then
      tell(group .. "Users", route.users[group].requests .. " " .. route.users[group].harmed)
    end
  end
  if route.unreadable then
    tell("unreadable", route.state_map)
  end
  if standing then
    tell("epoch", standing.order.epoch)
    tell("revision", standing.revision)
    tell("holding", holding(standing, now) and 1 or 0)
    tell("ranOut", standing.since and not holding(standing, now) and 1 or 0)
    tell("ordered", standing.order.identity)
    tell("tag", tag_of(standing.order.rule))
    tell("order", standing.order.json)
    tell("inForce", route.map:lookup("now") == now_of(standing) and 1 or 0)
  end
  answer[#answer + 1] = "end"
  return table.concat(answer, "\n")
end

-- Whether a list is known and kept: "known COUNT", "unknown", or why it could not be kept.
function verbs.knows(route, tag)
  local list = route.lists[tag]
  local why = route.trouble[tag]
  if why then
    route.trouble[tag] = nil
    return "unwritable " .. why
  end
  return list and list.whole and "known " .. list.count or "unknown"
end

function verbs.list(route, tag)
  local list = route.lists[tag]
  if not list or not list.whole then
    return "unknown"
  end
  return table.concat(list.parts, "\n")
end

-- Keeps a list, which the map of lists has already: part after part, and at the end how many there are. It is
-- known when it has been written.
function verbs.keep(route, tag, at, part)
  local list = route.coming[tag]
  if not list or at == "first" then
    list = list_of({ lists = {} }, tag)
    route.coming[tag] = list
  end
  if at ~= "end" then
    add_part(list, part)
    return "kept " .. list.count
  end
  if list.count ~= tonumber(part) then
    route.coming[tag] = nil
    return "torn " .. list.count
  end
  route.finished[#route.finished + 1] = tag
  return "kept " .. list.count
end

-- Takes an order, in one step that no other order of this process can come between.
function verbs.take(route, record)
  local given = order_of(record or "")
  if not given then
    return "malformed"
  end
  if route.unreadable then
    return "unreadable " .. route.state_map
  end
  if not up_to_date(route) then
    return "again"
  end
  local standing = route.standing
  if standing and given.epoch < standing.order.epoch then
    return "stale " .. standing.order.epoch
  end
  if standing and standing.order.record == record then
    return "taken"
  end
  local own = split(route.identity, "/")
  for i, name in ipairs(split(given.identity, "/")) do
    -- Names of headers are the same in either case, those of cookies are not.
    local same = i == 2 and name == own[i] or i ~= 2 and name:lower() == own[i]:lower()
    if name ~= "-" and not same then
      return "identity " .. route.identity
    end
  end
  local tag = tag_of(given.rule)
  if tag ~= "-" and not (route.lists[tag] and route.lists[tag].whole) then
    return "unknown " .. tag
  end
  local next_one = take(standing, given, millis())
  next_one.revision = (standing and standing.revision or 0) + 1
  local text = text_of(next_one)
  local why = replace(route.runtime .. ".state.map", text)
  if why then
    return "unwritable " .. why
  end
  route.text = text
  put_in_force(route, next_one)
  return "taken"
end

-- Reads what another process of this HAProxy has written.
function verbs.follow(route, in_map)
  route.in_map[in_map or "-"] = true
  return up_to_date(route) and "revision " .. (route.standing and route.standing.revision or 0) or "again"
end

local function command(applet, ...)
  local words = table.pack(...)
  local first = words[1] == "landfall" and 2 or 1
  local verb, name = verbs[words[first] or ""], words[first + 1] or ""
  local route = routes[name]
  local answer
  if not verb then
    answer = "no such verb"
  elseif not route then
    answer = "no such route"
  else
    answer = verb(route, table.unpack(words, first + 2, words.n))
  end
  applet:send(answer .. "\n")
end

------------------------------------------------------------------------------------------------------------
-- The start.

local function begin(name, folder, chroot, user_header, user_cookie, group_header, held_most)
  local base = folder .. "/" .. name
  local route = {
    name = name,
    state_map = base .. ".state.map",
    lists_map = base .. ".lists.map",
    runtime = chroot ~= "-" and base:sub(1, #chroot) == chroot and base:sub(#chroot + 1) or base,
    identity = table.concat({ user_header, user_cookie, group_header }, "/"),
    held_most = tonumber(held_most),
    lists = read_lists(read(base .. ".lists") or ""),
    coming = {},
    finished = {},
    trouble = {},
    in_map = {},
    waiters = {},
    waiting = 0,
    held = {},
    held_max = 0,
    health = {},
    tallies = tallies(),
    users = users(),
  }
  local text = read(route.state_map)
  if not text then
    -- HAProxy does not start without the files of its maps.
    local why = replace(route.state_map, "none yet\n")
    if why then
      error("cannot make " .. route.state_map .. ": " .. why .. "; make the folder " .. folder)
    end
  elseif text ~= "none yet\n" then
    route.standing = standing_of(text)
    route.unreadable = route.standing == nil
  end
  route.text = text or "none yet\n"
  local why = replace(route.lists_map, map_text(route.lists))
  if why and not read(route.lists_map) then
    error("cannot make " .. route.lists_map .. ": " .. why)
  end
  route.map = Map.new(route.state_map, Map._str)
  routes[name] = route

  core.register_task(function()
    while true do
      follow(route)
      finish_lists(route)
      forget_the_gone(route)
      core.msleep(50)
    end
  end)
  core.register_task(function()
    while not stopping() do
      look_at_health(route)
      core.msleep(1000)
    end
  end)
end

if not landfall.registered then
  landfall.registered = true
  core.register_action("landfall_hold", { "http-req" }, hold, 1)
  core.register_action("landfall_networks", { "http-req" }, networks, 1)
  core.register_fetches("landfall_count", count)
  core.register_cli({ "landfall" }, "landfall look|knows|list|keep|take|follow ROUTE: used by landfall", command)
end

begin(table.unpack(split(os.getenv("LANDFALL") or "", " ")))
